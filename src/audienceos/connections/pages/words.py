"""How services are called and drawn, what their apps ask for, and what ends with a connection."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class AppField(NamedTuple):
    """A field of the form for the agency's own app."""

    name: str
    words: str
    required: bool


class Setup(NamedTuple):
    """What has to be done at the vendor first."""

    place: str
    steps: tuple[str, ...]


GLYPHS: Mapping[str, str] = MappingProxyType(
    {"slack": "inbox", "gmail": "mail", "google_ads": "globe", "meta_ads": "globe"}
)
MEANT: Mapping[str, str] = MappingProxyType(
    {
        "slack": "Messages of the channels you share with clients",
        "gmail": "Mail with clients, read and answered from here",
        "google_ads": "Results of the clients’ campaigns at Google",
        "meta_ads": "Results of the clients’ campaigns at Meta",
    }
)
LOSES: Mapping[str, str] = MappingProxyType(
    {
        "slack": "No message comes in from Slack any more, and none can be answered there from here.",
        "gmail": "No mail comes in from Gmail any more, and none can be answered from it here.",
        "google_ads": "Campaign results from Google stay as they are now.",
        "meta_ads": "Campaign results from Meta stay as they are now.",
    }
)
"""What a connection's end means."""
CALLED: Mapping[str, str] = MappingProxyType({"slack": "Slack", "google": "Google", "meta": "Meta"})
SECRET = AppField("client_secret", "Client secret", required=True)
APP_FIELDS: Mapping[str, tuple[AppField, ...]] = MappingProxyType(
    {
        "slack": (SECRET, AppField("signing_secret", "Signing secret", required=False)),
        "google": (SECRET, AppField("developer_token", "Developer token of Google Ads", required=False)),
        "meta": (AppField("client_secret", "App secret", required=True),),
    }
)
SETUPS: Mapping[str, Setup] = MappingProxyType(
    {
        "slack": Setup(
            "api.slack.com/apps", ("Create an app for your workspace", "Add the redirect address")
        ),
        "google": Setup(
            "console.cloud.google.com",
            ("Create an OAuth client of the kind Web application", "Add the redirect address"),
        ),
        "meta": Setup(
            "developers.facebook.com",
            ("Create an app with Facebook Login for Business", "Add the redirect address"),
        ),
    }
)
