"""What every number of ``summary.json`` means."""

from __future__ import annotations

NOTICE = "Simulated, for research and trial planning; not for treating a patient."
EVIDENCE_NOTICE = "Published evidence, for research and trial planning; not for treating a patient."

DEFINITIONS = {
    "hash": "SHA-256 of the protocol's content; parameters_hash that of all names and values of population "
    "parameters.",
    "patients": "Virtual patients asked for, each simulated under every arm. n of an arm is less where patients "
    "failed.",
    "replicates": "Replicate trials of the protocol's own size, drawn from the virtual patients; 0 where none were.",
    "failures": "Patients that could not be simulated, by code; they are left out under every arm.",
    "arms": "Estimates over all virtual patients, each of whom lives under every arm, with the data cut when the "
    "protocol's trial would be cut. Intervals are 95 % intervals of the simulation's Monte-Carlo error, not of a "
    "trial.",
    "os_median_months": "Kaplan-Meier median of the time from randomisation to death of any cause; ci with log-log "
    "limits. Months of 30.4375 days; null where not reached, not published or not estimable.",
    "ttp_median_months": "The same of the time to progression, on the day of the scan that shows it; death without "
    "progression is censored.",
    "pfs_median_months": "The same of the time to progression or death.",
    "response_criteria": "Criteria by which orr_percent and dcr_percent are read: those that define progression.",
    "orr_percent": "Per cent of patients with confirmed complete or partial response by the protocol's criteria, "
    "up to the data cut; null in an arm all of whose patients enter with a complete response, as the other rates are.",
    "dcr_percent": "Per cent with response or stable disease by the protocol's criteria, up to the data cut.",
    "orr_mrecist_percent": "As orr_percent by mRECIST; null where the protocol does not report mRECIST.",
    "survival_at_months": "Kaplan-Meier survival in per cent at the months of the analysis plan; null beyond "
    "follow-up.",
    "hr": "Hazard ratio over all virtual patients (Cox, Efron, not stratified); ci is its Monte-Carlo interval "
    "(cluster-robust, as twins are paired). Below 1 favours the arm.",
    "p_logrank": "Two-sided log-rank p value in one trial of the protocol's own size, stratified as its plan says. It "
    "belongs to hr_one_trial, not to hr. Nominal: no interim boundary, no correction for several endpoints.",
    "hr_one_trial": "Hazard ratio of that one trial, stratified as its plan says.",
    "ci_one_trial": "95 % interval of hr_one_trial, as a trial reports it.",
    "hr_interval_95": "2.5 and 97.5 % points of the hazard ratio over replicate trials of the protocol's own size: "
    "what one trial may show by chance. Only with replicates.",
    "hr_interval_95_se": "Monte-Carlo standard error of each point of hr_interval_95; null where it is not known.",
    "power": "Share of replicate trials with a one-sided log-rank p value below the plan's level in favour of the "
    "arm; nominal, as p_logrank. Only with replicates.",
    "power_se": "Monte-Carlo standard error of power: that of the replicate trials, which more replicates shrink, and "
    "that of the virtual patients they are drawn from, which only more patients shrink. Null where it is not known.",
    "power_ci": "95 % limits of power by the same two errors.",
    "liver_reserve": "By Child-Pugh class and ALBI grade at baseline, all virtual patients without any data cut: OS "
    "median (95 % limits), months lived and lost to each cause of death within window_months, to which they add up, "
    "hazard ratio of death, and what an arm changes of these months. Limits are of Monte-Carlo error. Null where "
    "patients are alike, or fewer than 20 in every group but one.",
    "draws": "Draws of the calibration's posterior beside the run; 0 where none were.",
    "under_draws": "The protocol under these draws (docs/prediction.md): true_hr over draws with what trials differ "
    "by, estimated_hr with the sampling of a trial of this size too, success (probability that its one-sided test at "
    "one_sided_alpha favours the arm), variance of the estimated log hazard ratio by source. mc_se is the Monte-Carlo "
    "standard error. Null without draws.",
    "published": "The same keys from the evidence; null where no confirmed number is known. The whole is null for a "
    "trial without a record.",
}

LOCOREGIONAL_DEFINITIONS = {
    "ttup_median_months": "The same of the time to the visit that finds that embolisation is over; death before is "
    "censored. Only in a trial that embolises in every arm, as tspfs_median_months.",
    "tspfs_median_months": "The same of the time to that visit or death: TACE-specific progression-free survival.",
    "rfs_median_months": "The same of the time to recurrence or death. Only in a trial that ablates or resects in "
    "every arm.",
}
"""Of endpoints that only trials with embolisation, ablation or resection have."""

SEQUENCE_DEFINITIONS = {
    "tttp_median_months": "The same of the total time to progression, that beyond the sequence: in its last stage, or "
    "after the end of treatment; death before is censored. Of an arm without a sequence it is the first progression. "
    "Only in a trial with a sequence, as tpfs_median_months.",
    "tpfs_median_months": "The same of the time to that progression or death: total progression-free survival.",
}
"""Of endpoints that only trials with a sequence have."""
