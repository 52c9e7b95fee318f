"""A Bot API server for tests: real paths, real JSON, real refusals over HTTP, and people who can be told what to do.

`server.BotApiFake` is where to begin. Texts and rules are those of Telegram's own server (tdlib/telegram-bot-api, at
commit 01a3679) and of the Bot API manual. Not modelled: parse_mode, edited media, polls, payments, forum topics,
inline queries, rate limits (switch a 429 on with `faults`), and the re-encoding that Telegram gives to photos.
"""
