"""What is sealed opens with its key and its identity, and with nothing else."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from privacy import envelope
from sereno.domain.errors import Unreadable

CIPHER = AESGCM(envelope.new_key())
parts = st.lists(st.text(max_size=5) | st.binary(max_size=5) | st.integers(), max_size=4)


@given(st.binary(), st.binary(), st.integers(0, 2**32 - 1))
def test_what_is_sealed_opens(plain: bytes, known: bytes, epoch: int) -> None:
    sealed = envelope.seal(CIPHER, epoch, plain, known)
    assert envelope.epoch_of(sealed) == epoch
    assert len(sealed) == len(plain) + envelope.OVERHEAD_BYTES
    assert envelope.unseal(CIPHER, sealed, known) == plain


@given(st.binary(max_size=40), st.data())
def test_any_changed_bit_is_unreadable(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(envelope.seal(CIPHER, 1, plain, b"who"))
    place = data.draw(st.integers(envelope.EPOCH_BYTES, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Unreadable, match="backup"):
        envelope.unseal(CIPHER, bytes(sealed), b"who")


def test_another_identity_or_key_is_unreadable() -> None:
    sealed = envelope.seal(CIPHER, 1, b"plain", b"who")
    with pytest.raises(Unreadable):
        envelope.unseal(CIPHER, sealed, b"whom")
    with pytest.raises(Unreadable):
        envelope.unseal(AESGCM(envelope.new_key()), sealed, b"who")
    with pytest.raises(Unreadable):
        envelope.epoch_of(sealed[: envelope.OVERHEAD_BYTES - 1])


@given(parts, parts)
def test_no_two_identities_are_the_same_bytes(one: list[object], other: list[object]) -> None:
    same = envelope.identity(*one) == envelope.identity(*other)  # type: ignore[arg-type]
    typed = [(type(part), part) for part in one] == [(type(part), part) for part in other]
    assert same == typed
