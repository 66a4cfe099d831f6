@testable import Experiments

extension Invocation {
  /// The commands that look at a user's own pairs before and after training.
  static let choosing = [
    Invocation(
      """
      choose --queries @q.npy --keys @k.npy --ids @ids.npy --texts @texts.txt --query-texts @texts.txt --loss clip \
      --test-rows 2 --epochs 1 --batch 2 --learning-rate 0.1 --temperatures 0.1,1 --seeds 2 --split-seed 2 --threads 1 \
      --json --output @out --force
      """),
    Invocation(
      """
      choose --queries @q.npy --keys @k.npy --test-rows 2 --epochs 1 --temperatures 0.1 1 --seeds 5 --rows 4 \
      --against @n4.npy @l.npy --json --output @out
      """),
    Invocation(
      "choose --queries @q.npy --keys @k.npy --no-train --sample 3 --test-rows 2 --sample-seed 2 --json"
    ),
    Invocation(
      """
      audit --queries @q.npy --keys @k.npy --ids @ids.npy --rows 4 --texts @texts.txt --query-texts @texts.txt \
      --near-duplicate 0.5 --absolute-margin 0.1,-0.1 --relative-margin 0.05 --negatives-output @mined.jsonl \
      --negatives 2 --first-rank 1 --last-rank 3 --positive-cap 0.9 --against @n4.npy @l.npy --json --output @out --force
      """),
    Invocation(
      """
      audit --queries @q.npy --keys @k.npy --sample 3 --seed 2 --no-near-duplicates --negatives-output @mined.npy
      """),
    Invocation(
      """
      explain-loss --loss 0.9 --batch 4 --temperature 0.5 --scale 2 --queries @q.npy --keys @k.npy --seed 2 --json \
      --output @out --force
      """),
    Invocation("explain-loss --loss 5.9 --negatives 65536 --logit-scale 2.5"),
    Invocation(
      """
      calibrate --queries @q.npy --keys @k.npy --ids @ids.npy --rows 4 --seed 2 --wanted-precision 0.5,0.9 --json \
      --output @out --force
      """),
    Invocation("calibrate --queries @q.npy --keys @k.npy --sample 3"),
  ]
}
