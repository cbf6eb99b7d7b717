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
    last: str = ""
    """What is to be done there once the app is kept here."""


GLYPHS: Mapping[str, str] = MappingProxyType(
    {"slack": "inbox", "gmail": "mail", "google_ads": "globe", "meta_ads": "globe"}
)
MEANT: Mapping[str, str] = MappingProxyType(
    {
        "slack": "The agency’s Slack workspace: channels that are linked on a client’s page are read and answered",
        "gmail": "The agency’s mail at Google: read as it comes, answered from the inbox",
        "google_ads": "Which account at Google is which client’s",
        "meta_ads": "Which account at Meta is which client’s",
    }
)
LOSES: Mapping[str, str] = MappingProxyType(
    {
        "slack": "What came from Slack stays; nothing more comes, and no answer or notification leaves through it.",
        "gmail": "Mail that came stays; none comes and no answer leaves through it any more.",
        "google_ads": "Its accounts and whose they are stay; the grant is taken back and forgotten.",
        "meta_ads": "Its accounts and whose they are stay; the grant is taken back and forgotten.",
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
            "api.slack.com/apps",
            ("Create an app for your workspace", "Add the redirect address"),
            "Then, under Event Subscriptions, give it the request address shown here, and subscribe its bot to "
            "message.channels, message.groups, channel_rename, group_rename, member_joined_channel, app_uninstalled "
            "and tokens_revoked. Messages come within seconds by it, and each hour without.",
        ),
        "google": Setup(
            "console.cloud.google.com",
            (
                "Switch on the Gmail API, and create an OAuth client of the kind Web application",
                "Add the redirect address",
            ),
        ),
        "meta": Setup(
            "developers.facebook.com",
            ("Create an app with Facebook Login for Business", "Add the redirect address"),
        ),
    }
)
