"""A small mail server of the tests' own, that keeps what it gets or refuses it as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Postman:
    """What came, and what to answer instead of yes."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusals: dict[str, str] = {}
        """First word of a command, or `.` for the content, to the answer that it gets."""
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation, by RFC 5321 as far as a sender of plain mail needs it."""
        await self._say(writer, "220 ready")
        while line := (await reader.readline()).decode().strip():
            word = line.split(" ")[0].upper()
            if word == "RCPT":
                self.recipients.append(line.partition("<")[2].partition(">")[0])
            if word == "DATA" and word not in self.refusals:
                await self._say(writer, "354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                if "." not in self.refusals:
                    self.mails.append(read(content))
                word = "."
            await self._say(writer, self.refusals.get(word, "250 fine"))
            if word == "QUIT":
                break
        writer.close()

    async def _say(self, writer: asyncio.StreamWriter, answer: str) -> None:
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()


def read(content: bytes) -> EmailMessage:
    """The mail as its reader gets it: without the end mark, and doubled dots single again."""
    plain = content.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
    return message_from_bytes(plain, _class=EmailMessage, policy=policy.default)


@asynccontextmanager
async def postman() -> AsyncGenerator[Postman]:
    """A server on loopback, for as long as the block."""
    him = Postman()
    server = await asyncio.start_server(him.serve, "127.0.0.1", 0)
    async with server:
        him.port = server.sockets[0].getsockname()[1]
        yield him
