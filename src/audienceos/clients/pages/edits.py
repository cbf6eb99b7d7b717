"""What every form that changes something shares (`platform.web.edits`), under the name that pages here know it by."""

from __future__ import annotations

from audienceos.platform.web.edits import Clash as Clash
from audienceos.platform.web.edits import Draft as Draft
from audienceos.platform.web.edits import Refusal as Refusal
from audienceos.platform.web.edits import draft as draft
from audienceos.platform.web.edits import settled as settled
from audienceos.platform.web.edits import version_in as version_in
