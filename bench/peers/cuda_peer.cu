// CUDA by hand for the simple case: a thread a trial, judged by judge.h, with what stands here in
// the place of its vectors. Its rows lie [row][T] for the T threads of a block. Draws are the
// engine's, made where they are needed. cuda_peer.py puts records, problem and judge.h in between.

#define INLINE static __device__ __forceinline__
#undef LANES
#define LANES T
#define COLUMNS 6
#define CODES 11
#define ROW(rows, index) ((rows) + (long)(index) * T)
typedef short V;
typedef int M; // 0 or -1, so that ~ is "not"
typedef int I32;

#define all the_value // CUDA has an all and an any of its own
#define any is_set
INLINE V all(short value) { return value; }
INLINE M greater(V a, V b) { return -(a > b); }
INLINE M equal(V a, V b) { return -(a == b); }
INLINE M bits_set(V a, V b) { return -((a & b) != 0); }
INLINE V choose(M m, V a, V b) { return m ? a : b; }
INLINE V only(M m, V a) { return m & a; }
INLINE V plus_one(V a, M m) { return a - m; }
INLINE V least(V a, V b) { return a < b ? a : b; }
INLINE V most(V a, V b) { return a > b ? a : b; }
INLINE int pairs_added(V a) { return a; }
INLINE int any(M m) { return m != 0; }
INLINE M none() { return 0; }
INLINE M every() { return -1; }

enum { KILL, DEAD_CALLED_ALIVE, LIVE_CALLED_DEAD, TRACK };
typedef struct { V fired, wasted, engaged, remote, opened; } sums;

// PROBLEM

struct state {
    short *death, *cause, *last, *look, *stock, *channel_free, *share;
    short *gates, *flags, *spare, *errors, *masks, *places;
    int *account_sums, slots[ARCHITECTURES], slot_rows[ARCHITECTURES][SLOTS];
    const problem* p;
    int opportunity;
    unsigned key0, key1, world, trial, label, block, word0, word1, word2, word3;
};

// A draw of 31 bits; four entities share a call of Philox, which is kept.
INLINE int draw(state* s, unsigned purpose, unsigned sub, unsigned entity) {
    const unsigned label = purpose + (sub << 8), block = entity >> 2;
    if (s->label != label || s->block != block) {
        unsigned c0 = block, c1 = label, c2 = s->world, c3 = s->trial, k0 = s->key0, k1 = s->key1;
#pragma unroll
        for (int round = 0; round < 10; round++) {
            const unsigned h0 = __umulhi(c0, 0xD2511F53u), l0 = c0 * 0xD2511F53u;
            const unsigned h1 = __umulhi(c2, 0xCD9E8D57u), l1 = c2 * 0xCD9E8D57u;
            c0 = h1 ^ c1 ^ k0, c1 = l1, c2 = h0 ^ c3 ^ k1, c3 = l0;
            k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
        }
        s->label = label, s->block = block;
        s->word0 = c0, s->word1 = c1, s->word2 = c2, s->word3 = c3;
    }
    const unsigned lane = entity & 3;
    return (lane & 2 ? (lane & 1 ? s->word3 : s->word2) : (lane & 1 ? s->word1 : s->word0)) >> 1;
}

INLINE V spare_of(state* s) {
    const problem* p = s->p;
    const int i = s->opportunity, drawn = draw(s, KILL, 0, i), n = p->rounds[i];
    V count = 0;
    for (int k = 0; k < n; k++) count += drawn <= p->kill[i * ROUNDS + k];
    return count;
}

INLINE V errors_of(state* s, int variant) {
    const problem* p = s->p;
    const int i = s->opportunity, a = p->error_variants[i * p->variants + variant];
    const int* most = p->error + (a * p->opportunities + i) * 2;
    return (draw(s, DEAD_CALLED_ALIVE, 0, i) <= most[0] ? 1 << 5 : 0) |
           (draw(s, LIVE_CALLED_DEAD, 0, i) <= most[1] ? 1 << 6 : 0);
}

INLINE void add_total(int* total, int value) {
    if (value) atomicAdd(total, value);
}

// JUDGE

INLINE void toss_flags(state* s, const problem* p) {
    for (int i = 0; i < p->flags; i++) *ROW(s->flags, i) = 0;
    for (int i = 0; i < p->tosses; i++) {
        const toss* e = p->tosses_table + i;
        const int drawn = draw(s, e->purpose, e->sub, e->entity);
        if (drawn <= p->toss_low[i] || drawn > p->toss_high[i]) *ROW(s->flags, e->flags) |= e->bits;
    }
}

INLINE void find_gate(state* s, const problem* p, const gate* g) {
    V best = 0;
    for (int i = 0; i < g->contributions; i++) {
        const contribution* c = p->contributions + g->first + i;
        int index = *ROW(s->places, c->place);
        if (c->cued_place >= 0) {
            const V warning = *ROW(s->gates, c->warning);
            int warned = 0;
            for (int j = 0; j < 16; j++) warned += warning > p->warnings[16 * c->warnings + j];
            index = min(index, max((int)*ROW(s->places, c->cued_place), warned));
        }
        V value = index < 16 ? p->gate_values[16 * c->values + index] : 0;
        if (FLAGS && (*ROW(s->flags, c->path_flags) & UNAVAILABLE)) value = 0;
        best = most(best, value);
    }
    *ROW(s->gates, g->gate) = NEVER - best;
}

INLINE void track_gates(state* s, const problem* p) {
    for (int i = 0; i < p->gates; i++) *ROW(s->gates, i) = i ? NEVER : -2;
    for (int i = 0; i < p->groups; i++) {
        const group* g = p->group_table + i;
        int drawn = 0;
        for (int k = 0; k < g->places; k++) {
            const place* e = p->places + g->first_place + k;
            if (e->fresh) drawn = draw(s, TRACK, 0, e->entity);
            V count = 0;
            for (int j = e->first; j < e->first + e->steps; j++)
                if (drawn > p->step_limits[j]) count += p->step_weights[j];
            *ROW(s->places, k) = count;
        }
        for (int j = 0; j < g->gates; j++) find_gate(s, p, p->gate_table + g->first_gate + j);
    }
}

INLINE void start(state* s, const problem* p) {
    for (int i = 0; i < ARCHITECTURES * p->objects; i++)
        *ROW(s->death, i) = NEVER, *ROW(s->cause, i) = 0;
    for (int i = 0; i < p->pairs; i++) *ROW(s->last, i) = -1, *ROW(s->look, i) = 0;
    for (int i = 0; i < ARCHITECTURES * p->magazines; i++)
        *ROW(s->stock, i) = p->start_stock[i] << 1;
    for (int i = 0; i < ARCHITECTURES * p->batteries * CHANNELS; i++)
        *ROW(s->channel_free, i) = p->start_channels[i];
    for (int a = 0; a < ARCHITECTURES; a++) s->slots[a] = 1, s->slot_rows[a][0] = a;
}

// Final codes of the objects, added up by warp; no network is ever down in the simple case.
INLINE void count(const state* s, const problem* p, unsigned long long* outcome) {
    for (int a = 0; a < ARCHITECTURES; a++)
        for (int n = 0; n < p->objects; n++) {
            if (!p->object_live[n]) continue;
            const int killed = *ROW(s->death, a * p->objects + n) < NEVER;
            const int fate = killed ? 10 : *ROW(s->cause, a * p->objects + n);
            for (int code = 0; code < CODES; code++) {
                const unsigned which = __ballot_sync(0xffffffffu, fate == code);
                if (threadIdx.x % 32 == 0 && which)
                    atomicAdd(outcome + (a * p->objects + n) * CODES + code,
                              (unsigned long long)__popc(which));
            }
        }
}

extern "C" __global__ void __launch_bounds__(T) peer(
    const problem* p, const unsigned* numbers, short* memory, long long rows,
    unsigned long long* outcome, unsigned long long* account_sums) {
    __shared__ int sums_here[ACCOUNT_SUMS];
    for (int i = threadIdx.x; i < ACCOUNT_SUMS; i += T) sums_here[i] = 0;
    __syncthreads();
    state s;
    s.p = p, s.account_sums = sums_here;
    s.key0 = numbers[0], s.key1 = numbers[1], s.world = numbers[2];
    s.trial = blockIdx.x * T + threadIdx.x, s.label = ~0u, s.block = ~0u;
    short* next = memory + (long long)blockIdx.x * rows * T + threadIdx.x;
    s.death = next, next = ROW(next, ARCHITECTURES * p->objects);
    s.cause = next, next = ROW(next, ARCHITECTURES * p->objects);
    s.last = next, next = ROW(next, p->pairs);
    s.look = next, next = ROW(next, p->pairs);
    s.stock = next, next = ROW(next, ARCHITECTURES * p->magazines);
    s.channel_free = next, next = ROW(next, ARCHITECTURES * p->batteries * CHANNELS);
    s.share = s.spare = s.errors = s.masks = next, next = ROW(next, 1);
    s.gates = next, next = ROW(next, p->gates);
    s.flags = next, next = ROW(next, p->flags);
    s.places = next;
    toss_flags(&s, p);
    track_gates(&s, p);
    start(&s, p);
    for (int i = 0; i < p->opportunities; i++) {
        s.opportunity = i;
        for (int j = p->first_order[i]; j < p->first_order[i + 1]; j++)
            judge_order(&s, p->orders + j, p->salvos + p->orders[j].salvo);
    }
    count(&s, p, outcome);
    __syncthreads();
    for (int i = threadIdx.x; i < ACCOUNT_SUMS; i += T)
        if (sums_here[i]) atomicAdd(account_sums + i, (unsigned long long)sums_here[i]);
}
