"""The trial protocol as the product holds it: frozen, in canonical units (days, mg), already checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

TreatUntil = Literal[
    "progression", "radiologic_and_symptomatic_progression", "untreatable_progression", "death"
]
Criteria = Literal["RECIST 1.0", "RECIST 1.1", "mRECIST"]
EndpointName = Literal["OS", "TTP", "PFS", "TTUP", "TSPFS", "RFS", "TTTP", "TPFS"]
TaceKind = Literal["conventional", "drug-eluting beads"]
Demand = Literal["viable tumour remains", "more than half is viable", "viable tumour grows"]
DEMANDS: tuple[Demand, ...] = get_args(Demand)
"""What a scan must show for another session to be given on demand."""
AblationKind = Literal["thermal", "resection"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Baseline table that the virtual population is matched to.

    Attributes
    ----------
    name
        The bundled table's name, or the protocol's own name where the table stands in the protocol.
    categories
        Share of each level by covariate, for example ``{"ecog": {"0": 0.54, "1": 0.46}}``; sums to 1.
    continuous
        ``{"age_years": {"median": 67.0, "log_sd": ...}}``: parameters of the marginal distribution.
    sources
        Citation keys by covariate.
    correlations
        (covariate, covariate, correlation of their normal scores) that the table has of its own, in place of those
        that all tables share.
    """

    name: str
    categories: dict[str, dict[str, float]]
    continuous: dict[str, dict[str, float]]
    sources: dict[str, str]
    correlations: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Limits on baseline covariates; a missing limit is None or an empty tuple.

    ``ranges`` maps a covariate to (lowest, highest), either may be None; ``levels`` maps a categorical
    covariate to the levels that may enter ("yes" and "no" for covariates that are true or false).
    """

    ranges: dict[str, tuple[float | None, float | None]]
    levels: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DoseLevel:
    """One step of the dose ladder: a dose given every ``interval_days`` days (0.5 = twice daily).

    ``dose_mg`` is in mg, or in mg per kg of body weight if ``per_kg``.
    """

    dose_mg: float
    interval_days: float
    per_kg: bool = False

    @property
    def mg_per_day(self) -> float:
        """Mean dose in mg a day, or in mg per kg and day if ``per_kg``."""
        return self.dose_mg / self.interval_days


@dataclass(frozen=True, slots=True)
class LighterDoses:
    """The ladder of patients whose body weight is below ``below_kg``, the planned level first."""

    below_kg: float
    levels: tuple[DoseLevel, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days on the agent and days of a planned pause, in turn from the agent's start."""

    on_days: float
    off_days: float

    @property
    def share_on(self) -> float:
        """Share of the days on which the agent is given."""
        return self.on_days / (self.on_days + self.off_days)


@dataclass(frozen=True, slots=True)
class Raise:
    """Escalation: the ``level`` of patients without a dose-limiting event, from ``after_days`` on the agent on."""

    level: DoseLevel
    after_days: float


@dataclass(frozen=True, slots=True)
class Regimen:
    """One agent in an arm: the planned level first, then the levels that dose modification steps down to.

    ``lighter`` holds the ladder of light patients, where they have one of their own; ``cycle`` the planned pauses;
    ``raise_to`` a level above the planned one.
    """

    agent: str
    levels: tuple[DoseLevel, ...]
    start_day: float = 0.0
    interruption_days: float = 14.0
    interrupt_at_grade: int = 3
    stop_after_last_level: bool = True
    lighter: LighterDoses | None = None
    cycle: Cycle | None = None
    raise_to: Raise | None = None

    @property
    def ladder(self) -> tuple[DoseLevel, ...]:
        """All levels from the highest to the lowest, the raised one included."""
        return self.levels if self.raise_to is None else (self.raise_to.level, *self.levels)

    @property
    def planned_place(self) -> int:
        """Where the planned level stands in the ladder."""
        return 0 if self.raise_to is None else 1


@dataclass(frozen=True, slots=True)
class NextLine:
    """Therapy after the trial treatment has been stopped: share of patients and relative effect on hazard."""

    share: float
    hazard_ratio: float
    source: str


@dataclass(frozen=True, slots=True)
class Tace:
    """Transarterial chemoembolisation in an arm; days since randomisation.

    Attributes
    ----------
    planned_days
        Days of the sessions that the protocol plans; one is left out where the last scan shows nothing to treat.
    repeat_days, on_demand
        What follows the planned ones: sessions at this interval, or sessions on demand; neither for no more.
    demand
        What a scan must show for a session on demand; a new intrahepatic lesion always does.
    wait_days
        From that scan to the session.
    refractory_after
        After so many sessions without response, one after another, the tumour is untreatable; 0 for never.
    growth_limit
        So is one whose viable area is larger than at baseline by this share; None for no such rule.
    child_pugh_limit
        And a patient whose Child-Pugh score is above this.
    until_symptoms, until_withdrawal
        And one whose symptoms have become worse, or whose agents were all withdrawn for adverse events.
    pause_before_days, pause_after_days
        Days around each session without agents.
    """

    kind: TaceKind
    planned_days: tuple[float, ...]
    max_sessions: int
    repeat_days: float | None = None
    on_demand: bool = False
    demand: Demand = "viable tumour remains"
    wait_days: float = 0.0
    refractory_after: int = 2
    growth_limit: float | None = None
    child_pugh_limit: int = 7
    until_symptoms: bool = False
    until_withdrawal: bool = False
    pause_before_days: float = 0.0
    pause_after_days: float = 0.0


@dataclass(frozen=True, slots=True)
class Ablation:
    """Ablation or resection in an arm, once, on a day since randomisation.

    ``always_complete`` says that only patients with a complete response are in the trial.
    """

    kind: AblationKind = "thermal"
    day: float = 0.0
    always_complete: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of an arm's sequence.

    Attributes
    ----------
    give
        Names of the agents of the arm that are given; none for a rest.
    longest_days
        The stage ends this long after its start; None for no such limit.
    until_progression
        Whether it ends at the scan that shows progression.
    """

    give: tuple[str, ...]
    longest_days: float | None = None
    until_progression: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: its regimens (none for placebo), procedures, when treatment ends, what follows.

    With a ``sequence`` the agents are not given together but as its stages say. A stage that is not the last one also
    ends once none of its agents is tolerated; the last one ends as ``treat_until`` says.
    """

    name: str
    regimens: tuple[Regimen, ...]
    treat_until: TreatUntil
    next_line: NextLine | None = None
    tace: Tace | None = None
    ablation: Ablation | None = None
    sequence: tuple[Stage, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages; all agents together where the arm has no sequence."""
        return self.sequence or (Stage(tuple(regimen.agent for regimen in self.regimens)),)


@dataclass(frozen=True, slots=True)
class Randomisation:
    """Permuted blocks within strata; ``ratio`` in the order of the arms."""

    ratio: tuple[int, ...]
    block_size: int
    strata: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accrual:
    """Uniform (``shape`` 1) or accelerating accrual: the share enrolled by t is (t / duration) ** shape."""

    duration_days: float
    shape: float = 1.0
    drop_out_per_month: float = 0.0


@dataclass(frozen=True, slots=True)
class Visits:
    """Clinic visits and imaging: imaging happens every ``scan_interval_days``, labs at clinic visits."""

    clinic_interval_days: float
    scan_interval_days: float
    scan_source: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """Which criteria define progression (for TTP, PFS and treatment) and which are reported beside it."""

    progression: Criteria
    reported: tuple[Criteria, ...]
    confirmation_days: float = 28.0
    stable_disease_days: float = 42.0


@dataclass(frozen=True, slots=True)
class DataCut:
    """When the data are cut: by a number of events of an endpoint, or by a day since enrolment opened."""

    endpoint: EndpointName | None
    events: int | None
    day: float | None


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """What is estimated: endpoints, stratification of tests, one-sided level, times of survival and RMST."""

    endpoints: tuple[EndpointName, ...]
    stratified: bool
    one_sided_alpha: float
    survival_at_months: tuple[float, ...]
    rmst_months: float | None


@dataclass(frozen=True, slots=True)
class OwnAgent:
    """An agent that is not of the catalogue: its name, its file's path from the protocol's folder, and its text."""

    name: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """A randomised trial as designed.

    ``published`` names the evidence record that the result is set beside (None for a trial of one's own);
    ``text`` is the YAML it was read from, ``hash`` the SHA-256 of its canonical content. ``own_agents`` are those
    whose files it names.
    """

    name: str
    title: str
    registration: str | None
    size: int
    baseline: Baseline
    eligibility: Eligibility
    arms: tuple[Arm, ...]
    control: str
    randomisation: Randomisation
    accrual: Accrual
    visits: Visits
    response: Response
    data_cut: DataCut
    analysis: AnalysisPlan
    horizon_days: float
    published: str | None
    text: str
    hash: str
    own_agents: tuple[OwnAgent, ...] = ()

    def arm(self, name: str) -> Arm:
        """The arm of that name; raises KeyError."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise KeyError(name)

    def with_changes(self, **changes: Any) -> Protocol:
        """The same trial with other values of these fields, checked, with text and hash made anew.

        ``protocol.with_changes(size=300, data_cut=DataCut("OS", 160, None))``. A protocol changed with
        `dataclasses.replace` gets the same when it is simulated.

        Raises
        ------
        InvalidInput
            The changed design breaks rules; every problem is listed.
        UsageError
            There is no such field.
        """
        from hepatrial.protocol.deriving import changed

        return changed(self, changes)

    @property
    def locoregional(self) -> bool:
        """Whether any arm embolises or ablates."""
        return any(arm.tace is not None or arm.ablation is not None for arm in self.arms)

    @property
    def staged(self) -> bool:
        """Whether any arm changes its treatment by a sequence."""
        return any(len(arm.stages) > 1 for arm in self.arms)

    @property
    def escalates(self) -> bool:
        """Whether any arm raises a dose."""
        return any(regimen.raise_to is not None for arm in self.arms for regimen in arm.regimens)

    @property
    def comparisons(self) -> tuple[tuple[str, str], ...]:
        """(experimental arm, control arm) pairs."""
        return tuple((arm.name, self.control) for arm in self.arms if arm.name != self.control)
