#include "host/surface/fit.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "kernels/svi_batch.h"

namespace lockstep {

namespace {

view<variance_quote const> points_of(surface_slice const& slice) {
    return {slice.points.data(), slice.points.size()};
}

slice_status status_of(svi_fit_status status) {
    switch (status) {
        case svi_fit_status::fitted: return slice_status::fitted;
        case svi_fit_status::repaired: return slice_status::repaired;
        case svi_fit_status::too_few_quotes: return slice_status::borrowed_for_few_quotes;
        case svi_fit_status::arbitrage_remains: return slice_status::borrowed_for_arbitrage;
    }
    return slice_status::borrowed_for_arbitrage;
}

void take(svi_fit_result const& fit, surface_slice& slice) {
    slice.status = status_of(fit.status);
    slice.curve = fit.curve;
}

/// The best curve of every slice on its own.
std::vector<svi_fit_result> fit_each(std::vector<surface_slice> const& slices, backend& device) {
    std::vector<variance_quote> quotes;
    std::vector<std::uint32_t> begin{0};
    for (surface_slice const& slice : slices) {
        quotes.insert(quotes.end(), slice.points.begin(), slice.points.end());
        begin.push_back(static_cast<std::uint32_t>(quotes.size()));
    }
    std::vector<svi_fit_result> fits(slices.size());
    device.fit_svi({view_of(std::as_const(quotes)), view_of(std::as_const(begin))}, view_of(fits));
    return fits;
}

void take_own(svi_fit_result const& fit, surface_slice& slice) {
    if (slice.status == slice_status::no_forward) return;
    if (slice.points.empty()) {
        slice.status = slice_status::no_usable_quotes;
        return;
    }
    take(fit, slice);
    bool const stands = fit.status == svi_fit_status::fitted;
    if (!stands && fit.status != svi_fit_status::too_few_quotes)
        slice.found |= svi_arbitrage::butterfly;
}

/// The SSVI surface of a book; every slice of it gets its theta.
void fit_whole(std::span<surface_slice> slices, book_surface& book) {
    std::vector<ssvi_expiry> expiries(slices.size());
    for (std::size_t i = 0; i < slices.size(); ++i) expiries[i].quotes = points_of(slices[i]);
    book.ssvi = fit_ssvi(view_of(expiries));
    if (book.ssvi.status != ssvi_fit_status::fitted) return;
    for (std::size_t i = 0; i < slices.size(); ++i) slices[i].theta = expiries[i].theta;
}

/// The curves of one book, brought into order.
class curve_stack {
  public:
    curve_stack(std::span<surface_slice> slices, std::span<svi_fit_result> fits,
                ssvi_parameters const& ssvi)
        : slices_(slices), fits_(fits), ssvi_(ssvi) {}

    void put_in_order() {
        for (std::size_t i = 0; i < slices_.size(); ++i)
            if (has_own(i)) place(i);
        for (std::size_t i = 0; i < slices_.size(); ++i)
            if (slices_[i].has_curve() && !has_own(i)) borrow(i);
    }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    bool has_own(std::size_t i) const { return slices_[i].status <= slice_status::repaired; }
    bool stands(std::size_t i) const { return has_own(i) || borrowed_[i] != 0; }
    std::size_t before(std::size_t i) const {
        while (i-- > 0)
            if (stands(i)) return i;
        return none;
    }
    std::size_t after(std::size_t i) const {
        while (++i < slices_.size())
            if (stands(i)) return i;
        return none;
    }
    svi_raw const* curve(std::size_t i) const { return i == none ? nullptr : &slices_[i].curve; }

    /// Slice i comes after all that stand before it, which are in order.
    void place(std::size_t i) {
        std::size_t const last = before(i);
        svi_least gap;
        if (last == none || lies_above(slices_[i].curve, slices_[last].curve, gap)) return;
        slices_[last].found |= svi_arbitrage::calendar;
        slices_[i].found |= svi_arbitrage::calendar;
        svi_fit_result const raised =
            refit_svi(points_of(slices_[i]), fits_[i], {curve(last), nullptr});
        svi_fit_result lowered{};
        bool lower = false;
        if (!cost_next_to_nothing(fits_[i], raised)) {
            lowered =
                refit_svi(points_of(slices_[last]), fits_[last], {curve(before(last)), curve(i)});
            bool const cheaper = lowered.cost - fits_[last].cost < raised.cost - fits_[i].cost;
            lower = lowered.status == svi_fit_status::repaired &&
                    (raised.status != svi_fit_status::repaired || cheaper);
        }
        std::size_t const gives_way = lower ? last : i;
        fits_[gives_way] = lower ? lowered : raised;
        take(fits_[gives_way], slices_[gives_way]);
    }

    /// The first of these that is free of arbitrage: the SSVI surface's curve beneath the next one,
    /// the next one scaled to the variance at the money that SSVI has, the one before.
    void borrow(std::size_t i) {
        constexpr double apart = 1.0 - 2e-10;  // closer than the slopes of fitted neighbours
        surface_slice& slice = slices_[i];
        svi_neighbours const between{curve(before(i)), curve(after(i))};
        svi_raw const ssvi = ssvi_slice(ssvi_, slice.theta);
        svi_raw choices[3] = {ssvi, ssvi, ssvi};
        if (between.above != nullptr) {
            svi_raw const& above = *between.above;
            double const share = slice.theta / svi_at(above, 0).variance;
            choices[0] = scaled(ssvi, apart * largest_share(ssvi, above));
            choices[1] = scaled(above, std::min(share, apart));
        }
        if (between.below != nullptr) choices[2] = *between.below;
        borrowed_[i] = 1;
        for (svi_raw const& choice : choices) {
            slice.curve = choice;
            if (fits_between(choice, between)) return;
        }
    }

    std::span<surface_slice> slices_;
    std::span<svi_fit_result> fits_;
    ssvi_parameters const& ssvi_;
    std::vector<std::uint8_t> borrowed_ = std::vector<std::uint8_t>(slices_.size());
};

/// The curves as they stand in the end, looked at once more, whatever was done to them.
void look_over(std::span<surface_slice> slices) {
    surface_slice* before = nullptr;
    for (surface_slice& slice : slices) {
        if (!slice.has_curve()) continue;
        slice.remaining = examine(slice.curve, slice.butterfly);
        slice.calendar = {infinity, 0.0};
        if (before != nullptr) {
            if (!lies_above(slice.curve, before->curve, before->calendar))
                before->remaining |= svi_arbitrage::calendar;
        }
        before = &slice;
    }
}

void measure(surface_slice& slice) {
    if (!slice.has_curve()) return;
    double squares = 0, worst = 0;
    for (surface_quote& q : slice.quotes) {
        if (std::isnan(q.k)) continue;
        q.fitted = square_root(svi_at(slice.curve, q.k).variance / slice.time);
        if (q.use != quote_use::used) continue;
        double const off = q.fitted - q.vol;
        squares += off * off;
        worst = std::max(worst, std::abs(off));
        slice.inside += !(q.fitted < q.vol_bid) && !(q.fitted > q.vol_ask);
    }
    if (slice.used == 0) return;
    slice.rmse = square_root(squares / slice.used);
    slice.worst = worst;
}

void find_books(std::size_t count, surface_fit& fit) {
    fit.books.resize(count);
    for (std::uint32_t i = 0; i < fit.slices.size(); ++i) {
        book_surface& book = fit.books[fit.slices[i].book];
        if (book.last == 0) book.first = i;
        book.last = i + 1;
    }
}

}  // namespace

surface_fit fit_surfaces(quote_table const& table, surface_options const& options,
                         backend& device) {
    surface_fit out;
    out.slices = make_slices(table, options, device);
    find_books(table.books.size(), out);
    std::vector<svi_fit_result> fits = fit_each(out.slices, device);
    for (std::size_t i = 0; i < fits.size(); ++i) take_own(fits[i], out.slices[i]);
    tbb::parallel_for(std::size_t{0}, out.books.size(), [&](std::size_t b) {
        book_surface& book = out.books[b];
        std::size_t const count = book.last - book.first;
        std::span const slices(out.slices.data() + book.first, count);
        fit_whole(slices, book);
        curve_stack(slices, {fits.data() + book.first, count}, book.ssvi.parameters).put_in_order();
        look_over(slices);
        for (surface_slice& slice : slices) {
            measure(slice);
            if (slice.has_curve()) book.curves.push_back({slice.time, slice.curve});
        }
    });
    return out;
}

void slice_totals::add(surface_slice const& slice) {
    ++slices;
    ++by_status[static_cast<unsigned>(slice.status)];
    if (!slice.has_curve()) return;
    ++with_curve;
    arbitrage_free += slice.remaining == 0;
    quotes += slice.used;
    inside += slice.inside;
    if (slice.used > 0) squares += slice.rmse * slice.rmse * slice.used;
}

slice_totals& slice_totals::operator+=(slice_totals const& other) {
    slices += other.slices;
    for (unsigned i = 0; i < slice_status_count; ++i) by_status[i] += other.by_status[i];
    with_curve += other.with_curve;
    arbitrage_free += other.arbitrage_free;
    quotes += other.quotes;
    inside += other.inside;
    squares += other.squares;
    return *this;
}

double slice_totals::rmse() const {
    return quotes == 0 ? not_quoted : square_root(squares / static_cast<double>(quotes));
}

namespace {

struct day_bucket {
    double below;
    char const* name;
};
constexpr day_bucket buckets[day_buckets] = {{1, "< 1 day"},        {2, "1 to 2 days"},
                                             {7, "2 to 7 days"},    {30, "7 to 30 days"},
                                             {90, "30 to 90 days"}, {infinity, "> 90 days"}};

}  // namespace

std::size_t bucket_of(surface_slice const& slice) {
    std::size_t bucket = 0;
    while (bucket + 1 < day_buckets && slice.time * 365 >= buckets[bucket].below) ++bucket;
    return bucket;
}

char const* name_of_bucket(std::size_t bucket) { return buckets[bucket].name; }

}  // namespace lockstep
