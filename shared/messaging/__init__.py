"""Messages between a node and its hub: commands go up from a durable outbox, news comes down in an ordered feed.

`outbox` and `delivery` send each command until it is answered; `feed` and `cursor` number and page the news; `feed_reader`
applies it, item by item; `reconcile` and `worker` run what takes no input. Each service makes its own tables from the mixins.
"""
