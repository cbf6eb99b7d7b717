"""Mails that people write with us: an answer as bytes, threaded as its receivers' programs expect."""
