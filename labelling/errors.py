"""What can go wrong in the domain. Each message names the bad value and the way out."""


class LabellingError(Exception):
    """The base of every error that a view or a command turns into words for a person."""


class CannotStart(LabellingError):
    """This machine lacks something that the server needs; names it and the way out."""


class DatasetError(LabellingError):
    """Data that cannot be read or imported; names the file and the fact."""


class DatasetNotFound(DatasetError):
    """Data that is neither on this machine nor to be fetched now."""


class NothingRecognised(DatasetNotFound):
    """A folder in which no form that can be read is recognised."""


class ProtocolError(LabellingError):
    """A protocol that cannot be carried out, for instance a sample larger than the dataset."""


class StudyStateError(LabellingError):
    """A step that the study's state does not allow."""


class NotRunning(StudyStateError):
    """The study gives out no images now: it is a draft, paused, complete or closed."""


class AccuracySealed(StudyStateError):
    """Something that would tell the accuracy of a study before its end; names the ways out."""


class UnknownStudy(LabellingError):
    """A join code or a slug that no study has."""


class UnknownAssignment(LabellingError):
    """An assignment that does not exist or belongs to another annotator."""


class UnknownCategory(LabellingError):
    """A category that the dataset does not have."""


class SubmissionConflict(LabellingError):
    """A submission key that was used before with a different answer. The first answer stands."""


class AlreadyLabelled(LabellingError):
    """A second answer to an item under another key. The first answer stands."""


class ConsentMissing(LabellingError):
    """Nobody labels before consenting."""


class NotAdmitted(LabellingError):
    """Images are for those who were admitted: screened, practised, and not turned away."""


class ImagesUnavailable(LabellingError):
    """The image storage does not answer as it should; names the image. It passes, or an operator mends it."""


class ImageMissing(ImagesUnavailable):
    """The image storage answers, and an image that the database names is not in it."""


class ScreeningError(LabellingError):
    """Answers to the screening questions that are none of the options."""


class PracticeError(LabellingError):
    """A practice image that is not this annotator's next one."""


class NotFinished(LabellingError):
    """There are images left for this annotator, and the protocol wants them answered."""


class Withdrawn(LabellingError):
    """Something for an annotator who has withdrawn, of whom nothing more is stored."""


class ExclusionError(LabellingError):
    """An exclusion, or its lifting, that cannot be recorded."""


class BundleError(LabellingError):
    """A bundle or an export that cannot be written; names the place and the way out."""


class BackupError(LabellingError):
    """A backup that cannot be made, read or put back; names the file and the way out."""


class LabelFileError(LabellingError):
    """A file of labels that cannot be imported; names the file and the line."""


class PredictionsError(LabellingError):
    """Predictions of a machine that cannot be taken; `field` says which part of the form they fail at."""

    def __init__(self, problem: str, *, field: str) -> None:
        self.field = field
        super().__init__(problem)


class ChecklistError(LabellingError):
    """An answer to the checklist that cannot be taken; `item` is the item's number."""

    def __init__(self, problem: str, *, item: str) -> None:
        self.item = item
        super().__init__(problem)


class UnknownPanel(LabellingError):
    """A panel that does not exist, or through which the study is not offered."""


class ArrivalError(LabellingError):
    """A person whom a panel sent in a way that cannot be read.

    `parameter` is the one at fault; `fault` is missing, doubled, oversized or forged. No message holds the
    value, which may be a panel's id of somebody.
    """

    def __init__(self, problem: str, *, parameter: str, fault: str) -> None:
        self.parameter = parameter
        self.fault = fault
        super().__init__(problem)


class PlacesTaken(LabellingError):
    """As many people as were asked for have come by this panel."""


class RecruitmentError(LabellingError):
    """Something about a recruitment that cannot be used; `field` says which part of the form it is."""

    def __init__(self, problem: str, *, field: str) -> None:
        self.field = field
        super().__init__(problem)


class JobError(LabellingError):
    """Long work that cannot be started; names the reason and the way out."""


class PlanError(LabellingError):
    """An assumption of the plan that cannot be; `field` says which part of the form it is."""

    def __init__(self, problem: str, *, field: str) -> None:
        self.field = field
        super().__init__(problem)


class DraftChanged(LabellingError):
    """A draft was revised by somebody else after the form was opened that now changes the same fields.

    `fields` are those that both changed; `version` is the draft's now.
    """

    def __init__(self, problem: str, *, fields: tuple[str, ...], version: int) -> None:
        self.fields = fields
        self.version = version
        super().__init__(problem)


class ProtocolFileError(LabellingError):
    """A file that is no protocol, or not one that can be carried out here; names key, value and way out."""


class RoleError(LabellingError):
    """A role that somebody cannot be given; `field` says which part of the form it is."""

    def __init__(self, problem: str, *, field: str) -> None:
        self.field = field
        super().__init__(problem)
