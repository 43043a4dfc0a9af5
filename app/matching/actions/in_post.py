"""Acting later for somebody who pressed a button: in the post they pressed it in, as long as they hold it."""

import msgspec

from app.accounts.actor import actor_of_account
from app.accounts.rules import MAY, Actor, Permission


async def in_post(account_id: int | None, organisation: int, *permissions: Permission) -> Actor | None:
    """The actor of an account in a post of that organisation with these permissions; None when they have it no more."""
    actor = await actor_of_account(account_id, None) if account_id else None
    if actor is None:
        return None
    for post in actor.posts:
        if post.organisation_id == organisation and MAY[post.role].issuperset(permissions):
            return msgspec.structs.replace(actor, post=post)
    return None
