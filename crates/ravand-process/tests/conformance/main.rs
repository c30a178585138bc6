//! What every store keeps to, told as stories that are run over each of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "it is a test")]

mod engine;
mod faults;
mod fixture;
mod keys;
mod model;
mod records;
mod runs;
mod upkeep;

/// All stories. A store joins by one line below.
macro_rules! stories {
    ($($store:ident)*) => {$(
        mod $store {
            use crate::fixture::$store as fixture;
            stories! { @of
                records: saved_is_not_claimed_until_it_is_queued, claims_follow_priority_then_time_then_id,
                    a_delay_is_kept_by_the_clock_of_the_store, ten_thousand_in_one_call, many_that_differ_in_one_call,
                    many_calls_at_the_same_moment, lists_and_counts, a_transaction_decides_what_is_kept,
                    strange_texts_come_back_as_they_were, a_run_in_place_takes_what_is_not_due, claims_at_the_same_moment_share;
                runs: every_outcome_has_its_state, a_stale_run_writes_nothing, a_lease_that_passed_is_restarted_then_lost,
                    a_lease_that_is_renewed_is_not_reaped, progress_and_lines_are_fenced, an_interrupt_finds_its_run,
                    what_ended_badly_can_be_queued_again, a_run_is_taken_over, an_end_in_a_transaction;
                keys: keys_in_all_scopes, a_taken_key_is_settled_as_asked, a_key_of_a_batch_fails_alone, a_key_wanted_by_many_at_once,
                    a_saved_process_takes_its_key_when_queued, a_key_for_a_period;
                upkeep: ended_processes_are_pruned, a_schedule_fires_once, workers_come_and_go;
                engine: in_the_background_and_waited_for, in_place, a_saved_one_runs_when_asked, errors_are_kept_and_thrown_again,
                    attempts_back_off_and_give_up, retry_after_is_durable, an_interrupt_wakes_the_run, a_stop_drops_the_run,
                    progress_and_lines_are_seen_while_it_runs, waiting_for_many, a_drain_gives_back_what_does_not_end,
                    queues_have_their_own_places, a_time_limit_ends_a_run, a_schedule_is_fired_by_one_of_two_workers,
                    exactly_once_by_a_transaction, unknown_names;
                model: agrees_with_the_model;
                faults: a_burst_from_two_producers, a_function_that_blocks, a_drain_longer_than_the_lease,
                    a_name_that_comes_back, a_poison_process, a_panic, a_paused_run_is_fenced;
            }
        }
    )*};
    (@of $($part:ident: $($story:ident),*;)*) => {$($(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $story() {
            crate::$part::$story(fixture().await).await;
        }
    )*)*};
}

stories! { memory sqlite postgres }
