"""The worker that a browser keeps of us, to show a page of ours when it is offline or we are away.

The worker is one file with that page in it and the names of the page's files, which hold their content's hash. So
another page or another file is another worker, and browsers fetch it; nothing that anybody sees signed in is kept.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec
from litestar import Request, Response, get

from audienceos.platform.web.security import KEPT
from audienceos.platform.web.static_files import Assets
from audienceos.platform.web.templating import draw

Asked = Request[Any, Any, Any]
FILE = re.compile(r"/static/[\w.-]+")
HOUR = "public, max-age=3600"
"""For how long a browser doesn't ask for the worker again: else it would after each page."""


@get("/sw.js", name="away-worker", include_in_schema=False, opt={"public": True})
async def away_worker(request: Asked) -> Response[str]:
    """The worker of the whole site: where it lies says for which addresses it may answer."""
    page = draw(request, "web/away.html", csrf="", nonce="")
    files = sorted(set(FILE.findall(page)))
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": KEPT}
    name = hashlib.sha256(repr((page, files, headers)).encode()).hexdigest()[:12]
    away = {"name": f"audienceos away {name}", "page": page, "headers": headers, "files": files}
    assets: Assets = request.app.state.assets
    text = f"const AWAY = {msgspec.json.encode(away).decode()};\n{assets.text('away.js')}"
    return Response(text, media_type="text/javascript", headers={"Cache-Control": HOUR})
