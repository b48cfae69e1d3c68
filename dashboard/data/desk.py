"""The log and the store as it was last read → what a reviewer decides about: claims as the newest decisions leave them.

A large store is read again now and then, a log at every act. A claim about which something was decided meanwhile is
made anew from the store and the log, so that nobody decides about what no longer holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.data.archive import Archive
from dashboard.data.queue import Queue
from dashboard.data.rows import Row, records
from dashboard.data.snapshot import Snapshot
from dashboard.data.state import Selection
from dashboard.data.view import View
from etl.decisions import Decision, Reviewed, named_now, review, touched_since
from etl.errors import DecisionError
from etl.frame import COLUMNS

__all__ = ["Desk"]


@dataclass(frozen=True)
class Desk:
    """What a reviewer has before her: the claims of a view, every decision so far, and what is left to do.

    `archive` has the log, and other views than hers.
    """

    archive: Archive
    view: View
    decisions: Sequence[Decision]
    queue: Queue

    @staticmethod
    def of(archive: Archive, selection: Selection, patience: float = 0) -> Desk:
        """The desk of a selection; it waits so many seconds for the checks of the store."""
        view = archive.view(replace(selection, page=1))
        decisions = named_now(archive.decisions(), view.snapshot.documents)
        return Desk(archive, view, decisions, Queue.of(view, archive.checks(patience), decisions))

    @property
    def snapshot(self) -> Snapshot:
        """The store as it was last read."""
        return self.view.snapshot

    def next(self, skipped: Sequence[str]) -> str:
        """The claim to show: the first that was not skipped, else the first that was; "" where none is left."""
        first = self.queue.rows[: len(skipped) + 1]
        names = self.snapshot.statements["claim_id"].iloc[first]
        fresh = names[~names.isin(skipped)]
        return str((fresh if len(fresh) else names).iloc[0]) if len(names) else ""

    def claim(self, claim_id: str) -> Row:
        """A claim with the columns of `Snapshot.claims_at`; "rejected" is the review of one that was taken out.

        Raises `DecisionError` where neither the store nor the log knows it.
        """
        at = self.snapshot.claim_ids.place(claim_id)
        known = {} if at is None else records(self.snapshot.claims_at([at]))[0]
        if known and claim_id not in self._touched:
            return known
        return {**_NOWHERE, **known, **self._as_decided(claim_id, self._document_of(claim_id, known))}

    def knows(self, claim_id: str) -> bool:
        """Whether there is such a claim."""
        try:
            self.claim(claim_id)
        except DecisionError:
            return False
        return True

    def claims_in(self, document_id: str) -> Sequence[Row]:
        """The claims of a document as the log leaves them, columns of `REVIEWED_COLUMNS`."""
        return records(self._reviewed(document_id).claims)

    def reasons(self, claim_id: str) -> list[str]:
        """Why a claim is worth a look, in the words of `REASONS`."""
        at = self.snapshot.claim_ids.place(claim_id)
        return [] if at is None else self.queue.reasons(at)

    def since(self, seen: int) -> dict[str, Decision]:
        """Claim id → the last decision about it after the first `seen` ones."""
        return touched_since(self.decisions, seen)

    @cached_property
    def _touched(self) -> dict[str, Decision]:
        return self.since(self.snapshot.state[1])

    def _document_of(self, claim_id: str, known: Row) -> str:
        told = (each.document_id for each in self.decisions if each.claim_id == claim_id)
        document_id = str(known["document_id"]) if known else next(told, "")
        if self.snapshot.document_ids.place(document_id) is None:
            message = "This claim is not in the store; its text may have been read anew. Reload the page."
            raise DecisionError(message)
        return document_id

    def _as_decided(self, claim_id: str, document_id: str) -> Row:
        """A claim of a document as the log leaves it."""
        found = self._reviewed(document_id)
        for rows, fate in ((found.claims, {}), (found.rejected, {"review": "rejected"})):
            if (rows["claim_id"] == claim_id).any():
                document = self.snapshot.document(document_id) or {}
                original = document["copy_of"] if isinstance(document["copy_of"], str) else document_id
                of_document = {"document_kind": document["kind"], "original": original}
                return {**of_document, **records(rows[rows["claim_id"] == claim_id])[0], **fate}
        message = "This claim is not in the store; whoever had added it has taken it out. Reload the page."
        raise DecisionError(message)

    def _reviewed(self, document_id: str) -> Reviewed:
        """The claims of one document with every decision applied."""
        documents = self.snapshot.documents
        claims = self.snapshot.store.frame("claim", COLUMNS, within=(document_id, document_id))
        about = [each for each in self.decisions if each.action == "undo" or each.document_id == document_id]
        return review(claims, about, documents[documents["document_id"] == document_id])


_NOWHERE = {"observation_id": "", "calendar_group": ""}
