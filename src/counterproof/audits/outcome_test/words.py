"""What the report says about an outcome test."""

from __future__ import annotations

from counterproof.audits.base import MeasureWords, Words

__all__ = ["WORDS"]

WORDS = Words(
    title="Searches: outcome test and threshold test",
    question="Are some groups searched on less evidence than others?",
    method=(
        "The records were counted by group, place, and whether a stop led to a search and the search to a hit. "
        "Everything below is computed from these counts.",
        "The outcome test compares hit rates: if one group's searches find something less often, that group may be "
        "searched on less evidence. Rates are printed with Wilson's interval, and compared by the score intervals of "
        "Miettinen and Nurminen. Hit rates of single places are not listed. Over all places together, groups are "
        "compared only within the same place, weighted as by Mantel and Haenszel.",
        "Hit rates can mislead. If in one group more people plainly carry something and in another more are hard to "
        "judge, hit rates differ although the same rule is applied to both, or agree although it is not "
        "(infra-marginality). The threshold test allows for that. It assumes that an officer sees, for each person "
        "stopped, a chance that a search will find something, and searches whoever lies above a threshold. From how "
        "many are searched and how many searches hit, at each place, it infers how these chances are spread in each "
        "group, and the threshold. A lower threshold means a search on less evidence.",
        "In the model, the chances of group r at place d follow a beta distribution whose mean has the logit φr + φd "
        "and whose concentration has the logarithm λr + λd; the logit of the threshold is tr + σr z. Priors, as "
        "normal distributions with mean and standard deviation: φr (−3.5, 0.25), λr (2, 0.5), tr (−2, 1), φd (0, "
        "0.25), λd (0, 0.5), z (0, 1), and σr the positive half of (0, 0.25); φd and λd are 0 at the place with most "
        "stops. A group's threshold is the mean over the places where it was stopped, weighted by the stops of "
        "everybody there.",
        "The posterior is drawn by Hamiltonian Monte Carlo, several chains side by side. The value is the posterior "
        "mean and the range the middle of the posterior. Such a range is no confidence interval: it says what the "
        "model and its priors allow, given the records.",
        "Beside the thresholds stands what shows whether they can be trusted: whether the chains agree, whether the "
        "fitted model would give such counts again, and what the thresholds are with other priors and without each of "
        "the places that move them most. One place whose groups are recorded wrongly can hide a gap, or make one.",
    ),
    limits=(
        "A hit is what was recorded as one. Where searches are recorded selectively, or a hit means different things "
        "for different groups, neither test can tell.",
        "The threshold test takes it that at one place every officer applies the same threshold to a group, that hits "
        "are found without regard to group, and that the model's shape is right. The records cannot check all of this.",
        "Thresholds are no measure of how many people are searched, nor of who is stopped in the first place.",
        "A difference in thresholds does not say why: the two groups may be stopped and searched for different "
        "reasons.",
    ),
    references=(
        "Simoiu C, Corbett-Davies S, Goel S. The problem of infra-marginality in outcome tests for discrimination. "
        "Annals of Applied Statistics 11 (2017) 1193–1216.",
        "Pierson E, Corbett-Davies S, Goel S. Fast threshold tests for detecting discrimination. AISTATS (2018).",
        "Pierson E, Simoiu C, Overgoor J, et al. A large-scale analysis of racial disparities in police stops across "
        "the United States. Nature Human Behaviour 4 (2020) 736–745.",
        "Mantel N, Haenszel W. Statistical aspects of the analysis of data from retrospective studies of disease. "
        "JNCI 22 (1959) 719–748.",
        "Neal RM. MCMC using Hamiltonian dynamics. Handbook of Markov Chain Monte Carlo (2011), chapter 5.",
        "Vehtari A, Gelman A, Simpson D, Carpenter B, Bürkner PC. Rank-normalization, folding, and localization: an "
        "improved R-hat. Bayesian Analysis 16 (2021) 667–718.",
    ),
    measures={
        "hit_rate": MeasureWords("Hit rate", "Of all searches, the share that found something.", "hits / searches"),
        "search_rate": MeasureWords("Search rate", "Of all stops, the share that led to a search.", "searches / stops"),
        "hit_rate_gap_within_places": MeasureWords(
            "Hit rate against the reference, within places",
            "The hit rate less that of the reference group, compared only within the same place and then averaged.",
            "Σ w (p₁ − p₀) / Σ w, w = n₁ n₀ / (n₁ + n₀)",
            "points",
        ),
        "search_threshold": MeasureWords(
            "Search threshold",
            "The chance of finding something from which on a member of the group is searched, as the model infers it. "
            "Lower means searched on less evidence.",
            "Σ N t / Σ N over places, N all stops there",
            "rate",
        ),
        "predicted_search_rate": MeasureWords(
            "Search rate that the model predicts",
            "To be held against the search rate that was seen.",
            "",
            "rate",
        ),
        "predicted_hit_rate": MeasureWords(
            "Hit rate that the model predicts", "To be held against the hit rate that was seen.", "", "rate"
        ),
        "unpredicted_search_rates": MeasureWords(
            "Places whose search rate the model does not predict",
            "Of the places where the group was stopped, the share whose search rate lies outside of the predicted "
            "range.",
            "",
            "rate",
        ),
        "unpredicted_hit_rates": MeasureWords(
            "Places whose hit rate the model does not predict",
            "Of the places where the group was searched, the share whose hit rate lies outside of the predicted range.",
            "",
            "rate",
        ),
    },
    things=("stop", "stops"),
)
