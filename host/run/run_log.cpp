#include "host/run/run_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>

#include "host/base/error.h"
#include "host/block/kinds.h"
#include "host/block/ledger_root.h"
#include "host/block/tables.h"
#include "host/io/output_file.h"
#include "host/root/proof_json.h"
#include "host/run/rank_agreement.h"
#include "host/run/trade_tape.h"
#include "host/store/known_blocks.h"

namespace lockstep {

namespace {

constexpr std::uint64_t receipts_magic = 0x3154504352504b4c;  // "LKPRCPT1"

/// receipts.bin: this header, then the rows. data/FORMATS.md has it in prose.
struct receipts_header {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t row_bytes;
    std::uint64_t reserved[6];
};

template <class Row>
std::string_view bytes_of_rows(Row const* rows, std::size_t count) {
    return {reinterpret_cast<char const*>(rows), count * sizeof(Row)};
}

template <class Row, class Allocator>
snapshot_table table_of(table_shape const& shape, std::vector<Row, Allocator> const& rows) {
    snapshot_table table{shape, {}};
    table.bytes.resize(rows.size() * sizeof(Row));
    if (!rows.empty()) std::memcpy(table.bytes.data(), rows.data(), table.bytes.size());
    return table;
}

/// What the last block has left.
void count_state(run_summary& summary, engine_state const& state) {
    summary.accounts = state.accounts.size();
    summary.exchange = state.exchange[0];
    summary.assets = state.assets;
    summary.positions = state.positions.size();
    for (open_order_row const& order : state.open_orders.rows())
        summary.open_orders += order.left.size > 0 ? 1 : 0;
}

void refuse_late_requirement(engine_options const& options, engine_state const& state) {
    if (options.require_signatures && !state.requires_signatures())
        throw input_error(
            "--require-signatures: the store was begun without, and goes on as it was begun; its "
            "first operator key will require them");
}

/// What became of a block's commands, what was done about accounts under water, and how long it
/// took where it marks.
void count_block(run_summary& summary, block const& b, big_vector<receipt_row> const& receipts,
                 engine const& ledger, std::chrono::nanoseconds took) {
    summary.blocks += 1;
    summary.commands += receipts.size();
    summary.fills += ledger.trade_count();
    summary.counted += ledger.counted();
    summary.seconds += std::chrono::duration<double>(took).count();
    bool marks = false;
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        summary.statuses[receipts[i].status] += 1;
        transaction_kind const kind = b.commands[i].kind;
        marks = marks || kind == transaction_kind::mark_update;
        if (has_trait(kind, kind_trait::liquidates) && receipts[i].status == apply_status::applied)
            summary.waterfall[kind] += 1;
    }
    if (!marks) return;
    summary.tick_latency.add(static_cast<std::uint64_t>(took.count()));
    std::uint64_t const checked = ledger.dirty().accounts.rows().size();
    summary.checked_most = std::max(summary.checked_most, checked);
}

}  // namespace

snapshot snapshot_of(engine const& ledger, ledger_root const& root) {
    engine_state const& state = ledger.state();
    std::vector<table_shape> const shapes = root_shapes();
    std::size_t const under_root = root.tables().size();
    snapshot s{
        .blocks = state.blocks, .root = root.root(), .tables = {}, .root_tables = under_root};
    s.tables.resize(under_root);
    auto const put = [&](root_table t, auto const& rows) {
        auto const place = static_cast<std::size_t>(t);
        if (place < under_root) s.tables[place] = table_of(shapes[place], rows);
    };
    visit_tables(state, {},
                 [&](root_table t, auto const& rows, dirty_rows const&) { put(t, rows); });
    put(root_table::books, root.books());
    put(root_table::blocks, root.blocks());
    put(root_table::book_orders, root.book_orders());
    std::vector<std::vector<order_row>> const orders = ledger.orders_at_rest();
    for (std::size_t i = 0; i < orders.size(); ++i)
        s.tables.push_back(
            table_of({fmt::format("orders_{}", i), sizeof(order_row), 1}, orders[i]));
    return s;
}

run_summary run_log(block_source& log, engine_options const& options, backend& device,
                    std::filesystem::path const& folder, run_progress const& progress,
                    ledger_store* store, run_liquidation const& liquidation) {
    using clock = std::chrono::steady_clock;
    rank_agreement const agreement(options.ranks);
    agreement.on_options(options, liquidation);
    output_file receipts_file(folder / "receipts.bin");
    output_file roots_file(folder / "roots.csv");
    receipts_header const header{receipts_magic, 1, sizeof(receipt_row), {}};
    receipts_file.write(bytes_of_rows(&header, 1));
    roots_file.write("block,time,commands,root\n");

    restored_ledger at =
        store != nullptr ? store->restore(options, device) : fresh_ledger(options, device);
    engine& ledger = *at.ledger;
    ledger_root& root = *at.root;
    refuse_late_requirement(options, ledger.state());
    run_summary summary;
    summary.root = root.root();
    std::optional<trade_tape> trades;
    if (options.keep_trades) trades.emplace(folder / "trades.csv");
    operator_desk desk(liquidation, folder / "executed.log", ledger.state());
    if (log.goes_on_after(ledger.state().blocks, ledger.state().time))
        summary.blocks_before = ledger.state().blocks;
    else if (store != nullptr)
        summary.blocks_before = skip_known(log, *store);
    for (block b; log.next(b);) {
        auto const start = clock::now();
        desk.append_to(b, ledger.state());
        agreement.on_block(&b, ledger.state().blocks + 1);
        big_vector<receipt_row> const& receipts = ledger.run(b);
        summary.root = root.update(ledger.state(), ledger.dirty(), receipts);
        if (store != nullptr) store->append(b, receipts, ledger, root);
        desk.look_at(ledger);
        count_block(summary, b, receipts, ledger, clock::now() - start);
        summary.under_water_last = desk.accounts_under_water();
        summary.under_water_most = std::max(summary.under_water_most, summary.under_water_last);
        receipts_file.write(bytes_of_rows(receipts.data(), receipts.size()));
        roots_file.write(fmt::format("{},{},{},{}\n", ledger.state().blocks, b.time,
                                     receipts.size(),
                                     hex_text(summary.root.bytes, sizeof summary.root.bytes)));
        if (trades) trades->write(ledger);
        progress(summary.commands);
    }
    agreement.on_block(nullptr, ledger.state().blocks + 1);
    if (store != nullptr) store->settle();
    desk.close();
    if (trades) trades->close();
    receipts_file.close();
    roots_file.close();
    count_state(summary, ledger.state());
    write_snapshot(folder / "snapshot.bin", snapshot_of(ledger, root));
    return summary;
}

void follow_log(block_source& log, engine_options const& options,
                run_liquidation const& liquidation) {
    rank_agreement const agreement(options.ranks);
    agreement.on_options(options, liquidation);
    engine ledger(options);
    operator_desk desk(liquidation, {}, ledger.state());
    for (block b; log.next(b);) {
        desk.append_to(b, ledger.state());
        agreement.on_block(&b, ledger.state().blocks + 1);
        ledger.run(b);
        desk.look_at(ledger);
    }
    agreement.on_block(nullptr, ledger.state().blocks + 1);
    ledger.orders_at_rest();  // the first rank writes them
}

}  // namespace lockstep
