"""Bringing a list of clients in: what each column means, what each row is worth. Pure: no database, no clock.

`profile_sheet` looks at every value once, `guess_mapping` proposes what the columns are, people correct it,
`check_mapping` says what is still wrong, `judge_sheet` turns every row into a client or into reasons why not.
"""
