"""Run the reductions that audits declare inside the engine. Only integers leave."""
