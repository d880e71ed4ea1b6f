/* What a block of T trials is in memory, and the problem as Python hands it over. */
#ifndef STATE_H
#define STATE_H

#include "chance.h"
#include "records.h" /* order, sharing_step, toss, group ...; made from the records of orders.py */

#define COLUMNS 6
#define ROW(rows, index) ((rows) + (long)(index) * T)

typedef struct { V fired, wasted, engaged, remote, opened; } sums;

typedef struct {
    int32_t opportunities, objects, magazines, accounts, batteries, classes, flags, gates;
    int32_t pairs, groups, most_places, tosses, variants;
    const order *orders;
    const int32_t *first_order, *rounds, *error_variants, *variant_count, *salvos;
    const sharing_step *sharing;
    const int32_t *sharing_salvos;
    const group *group_table;
    const place *places;
    const gate *gate_table;
    const contribution *contributions;
    const int32_t *step_limits, *step_weights;
    const int16_t *gate_values; /* [contributions, 16] NEVER less the value */
    const int32_t *warnings;
    const toss *tosses_table;
    const int32_t *opportunity_object, *opportunity_account, *death_rank;
    const int32_t *object_class, *object_live;
    const int32_t *start_stock, *start_channels, *magazine_battery, *network_flags, *fallback, *unused;
    const int32_t *slots, *slot_rows;
    /* Limits of this world. */
    const int32_t *kill, *error, *toss_low, *toss_high;
} problem;

typedef struct {
    int64_t *live, *leakers, *outcome, *histogram, *products, *account_sums;
    int64_t *emptied, *denied, *rounds_left, *network_lost;
} counts;

typedef struct {
    int16_t *death, *cause, *last, *look, *stock, *channel_free, *share;
    int16_t *gates, *flags, *spare, *errors, *masks, *places, *draw_high, *draw_low;
    I32 *account_sums;
    int slots[ARCHITECTURES], slot_rows[ARCHITECTURES][SLOTS];
    luck luck;
} state;

#endif
