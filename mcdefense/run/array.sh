#!/bin/bash
# @scenario in @shards shards, merged to @{output}. Submit this file with sbatch.
# Shards that failed: sbatch --array=7,9 THIS_FILE does them, and merges all once more.
#SBATCH @shard_options

# Whatever becomes of the tasks, the merge starts after the last, and names a shard that is missing.
if [ "$SLURM_ARRAY_TASK_ID" = "$SLURM_ARRAY_TASK_MIN" ] && [ -z "${SLURM_RESTART_COUNT:-}" ]; then
    sbatch --dependency="afterany:$SLURM_ARRAY_JOB_ID" --partition="$SLURM_JOB_PARTITION" \
        ${SLURM_JOB_ACCOUNT:+--account="$SLURM_JOB_ACCOUNT"} <<'END_OF_MERGE' ||
#!/bin/bash
#SBATCH @merge_options
exec @merge
END_OF_MERGE
        echo "the merge could not be submitted; run it by hand, as this script has it" >&2
fi

# Bash puts a signal off until its child ends, unless it waits for it with `wait`.
child='' signal='' most_restarts=@restarts
# shellcheck disable=SC2317 # called by the traps
forward() {
    signal=$1 again=1
    [ -z "$child" ] || kill -s "$1" "$child" 2>/dev/null
}
trap 'forward USR1' USR1
trap 'forward TERM' TERM
@run --shard "$SLURM_ARRAY_TASK_ID/@shards" --resume &
child=$!
[ -z "$signal" ] || kill -s "$signal" "$child"
again=1
while [ -n "$again" ]; do
    again=''
    wait "$child"
    code=$?
done

# 75: saved, more to do. 138: the signal came before the run could hear it; what was saved holds.
# After TERM nothing is requeued here: preemption does it itself, and scancel does not want it.
if [ "$signal" != TERM ] && { [ "$code" = 75 ] || [ "$signal$code" = USR1138 ]; }; then
    if [ "${SLURM_RESTART_COUNT:-0}" -lt "$most_restarts" ]; then
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    else
        echo "requeued $most_restarts times: not again; give it a longer --time" >&2
    fi
fi
exit "$code"
