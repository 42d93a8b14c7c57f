"""Answers in JSON, errors too."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from aiohttp import web

from stream.edge.web.asked import Refused, cut

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = logging.getLogger("deskpulse.web")


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return a body as JSON with a line end."""
    text = json.dumps(body, ensure_ascii=False) + "\n"
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)


def error_answer(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    """Return `{"error": message}`."""
    return json_answer({"error": message}, status, headers)


@web.middleware
async def errors_as_json(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn every error into JSON; one that nobody expected is logged with its traceback."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return error_answer(404, f"there is nothing at {cut(request.path)}; / lists what there is")
    except web.HTTPMethodNotAllowed as refused:
        allowed = ", ".join(sorted(refused.allowed_methods))
        return error_answer(
            405, f"{request.method} is not allowed at {cut(request.path)}; {allowed} is", {"Allow": allowed}
        )
    except web.HTTPException:
        raise
    except Refused as refused:
        return error_answer(400, str(refused))
    except Exception as error:
        log.exception("%s %s failed", request.method, request.path)
        return error_answer(
            500, f"{type(error).__name__} while answering {cut(request.path)}; the worker's log tells more"
        )
