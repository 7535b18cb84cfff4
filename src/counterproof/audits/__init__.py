"""One module or folder per kind of system audited; ``base`` says what an audit is, ``registry`` finds them."""
