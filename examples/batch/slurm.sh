#!/bin/bash
# Grades a batch as an array of parts, each on whatever node has room for it. In the clone of the course, with `submissions/` and
# `seed` in it (openssl rand -hex 32 >seed), on a file system that all nodes see:
#
#   sbatch examples/batch/slurm.sh                  # all parts
#   sbatch --array=3 examples/batch/slurm.sh        # a part once more: it goes on where it was
#   npx --no grade merge parts/* --out grades/           # when all have ended
#
# Another number of parts stands in two places: --array, and `parts`. An array's own count would be another when one part runs alone.
#SBATCH --job-name=grade-lab2
#SBATCH --array=1-8
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=parts-%a.log
#SBATCH --cpus-per-task=2
#SBATCH --mem=4952M
#SBATCH --time=03:00:00
set -euo pipefail

parts=${PARTS:-8}
part=${SLURM_ARRAY_TASK_ID:?this is a job for sbatch}
exec npx --no grade batch "${LAB:-lab2}" submissions/ --seed-file seed \
  --shard "$part/$parts" --out "parts/$part" --workers "${SLURM_CPUS_PER_TASK:-1}"
