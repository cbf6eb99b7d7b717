"""Archives of messages, brought in whole: a look first, then the messages, some a transaction."""
