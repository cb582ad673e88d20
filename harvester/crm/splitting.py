"""A batch that the CRM refuses whole: find the record that spoils it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from harvester.crm.exchange import Outcome, Refused, Write

WriteBatch = Callable[[Sequence[Write]], Awaitable[dict[str, Outcome]]]


async def write_all(write_batch: WriteBatch, writes: Sequence[Write]) -> dict[str, Outcome]:
    """Write a batch; of a refused one the halves, of a half-done one each that is left singly."""
    if not writes:
        return {}
    try:
        done = await write_batch(writes)
    except Refused as error:
        if len(writes) == 1:
            return {writes[0].key: Outcome(problem=str(error) or "refused")}
        middle = len(writes) // 2
        return await write_all(write_batch, writes[:middle]) | await write_all(write_batch, writes[middle:])
    left = [write for write in writes if write.key not in done]
    if left and len(writes) == 1:
        return {left[0].key: Outcome(problem="the answer says nothing of it")}
    for write in left:
        done |= await write_all(write_batch, [write])
    return done
