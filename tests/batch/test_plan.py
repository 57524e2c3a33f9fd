"""Tasks and shards are cut by the inputs alone; the account is exact whatever comes in."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.batch.account import Account
from analyzer.batch.inputs import Ended, Passed
from analyzer.batch.items import TextItem
from analyzer.batch.plan import TASK_ARTICLES, TASK_SIZE, Plan
from analyzer.batch.work import Result, Told
from analyzer.records import Rejection


def item(size: int) -> TextItem:
    return TextItem(input="t", name="t", size=size, text="x")


events = st.lists(
    st.one_of(
        st.integers(0, TASK_SIZE + 1000).map(item),
        st.sampled_from([Passed(input="t", name="p", reason=reason) for reason in ("redirect", "namespace 10")]),
        st.just(Ended(input="t")),
    ),
    max_size=80,
)


# A machine under load is no fault of the plan.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def answer(task) -> Result:
    rejected = Rejection(input="t", name="t", kind="died", reason="x")
    return Result(
        number=task.number,
        told=[Told(name="t", rejected=rejected if n % 3 == 1 else None) for n in range(len(task.items))],
    )


@patient
@given(events, st.integers(1, 50))
def test_every_article_is_in_one_task_of_one_shard_and_every_page_in_the_account(stream, per_shard):
    plan = Plan(stream, per_shard=per_shard)
    shards, firsts = [], []
    for task in plan.tasks():
        assert 1 <= len(task.items) <= TASK_ARTICLES
        assert sum(each.size for each in task.items) <= TASK_SIZE or len(task.items) == 1
        firsts += range(task.first, task.first + len(task.items))
        plan.take(answer(task))
        shards += plan.done_shards()
    shards += plan.done_shards()
    assert firsts == list(range(plan.articles))
    assert [shard.number for shard in shards] == list(range(len(shards)))
    account = Account.total(map(Account.of, shards))
    assert account.is_exact and account.all == sum(not isinstance(event, Ended) for event in stream)
    assert all(shard.articles <= per_shard for shard in shards)


@patient
@given(events, st.integers(1, 50), st.sets(st.integers(0, 8)))
def test_shards_that_are_done_change_nothing_in_the_others(stream, per_shard, done):
    whole = {(task.number, task.first, len(task.items)) for task in Plan(stream, per_shard=per_shard).tasks()}
    left = {(task.number, task.first, len(task.items)) for task in Plan(stream, per_shard=per_shard, done=done).tasks()}
    assert left <= whole
    assert {first // per_shard in done for _, first, _ in whole - left} <= {True}
    assert {first // per_shard in done for _, first, _ in left} <= {False}


def test_a_very_long_article_is_a_task_of_its_own_and_keeps_no_other_waiting():
    tasks = list(Plan([item(5), item(10 << 20), item(5), item(5)]).tasks())
    assert [len(task.items) for task in tasks] == [1, 1, 2]


def test_a_limit_counts_articles_and_reads_no_further():
    def stream():
        yield Passed(input="t", name="p", reason="redirect")
        yield from (item(1) for _ in range(3))
        raise AssertionError("read too far")

    plan = Plan(stream(), limit=3)
    assert sum(len(task.items) for task in plan.tasks()) == 3


def test_an_account_tells_reasons_in_words():
    plan = Plan([Passed(input="t", name="p", reason=reason) for reason in ("redirect", "namespace 10", "namespace 99")])
    assert list(plan.tasks()) == []
    (shard,) = plan.done_shards()
    assert "redirects 1, templates (namespace 10) 1" in str(Account.of(shard))
    assert "pages (namespace 99) 1" in str(Account.of(shard))
