@testable import Experiments

extension Invocation {
  /// Every option of every command at least once.
  static let all = commands + choosing + losses + reproductions

  /// What a claim of a reproduction this small comes to is another test's concern.
  private static let anyVerdict: Set<Int32> = [0, 1]

  private static let commands =
    [
      Invocation(
        """
        temperature-example --negatives 3 4 --temperatures 1 0.2 --dimension 8 --seed 2 --precision \
        float --json --output @out --force
        """),
      Invocation("temperature-example --precision double"),
      Invocation(
        "softmax-temperature --logits @l.npy --temperature 0.5 --scale 2 --json --output @o --force"
      ),
      Invocation("softmax-temperature --values 1 -2 3 --logit-scale 0.5 --json"),
      Invocation("softmax-temperature --values -1 0 --limit zero"),
      Invocation("softmax-temperature --values 0,1 --limit infinity"),
      Invocation("loss-floor --classes 2 5 --scale 1 4 --seed 1 --json --output @out --force"),
      Invocation("bound --list --json"),
      Invocation(
        "bound normface-proposition-2 --classes 10 --scale 1 --dimension 3 --output @out --force"),
      Invocation("bound info-nce-simplex --negatives 7 --logit-scale -1 --json"),
      Invocation("bound clip-n-way --batch 8 --temperature 0.07"),
      Invocation("bound mutual-information-cap --candidates 9 --json"),
      Invocation("bound aligned-uniform --negatives 3 --dimension 4 --temperature 1 --json"),
      Invocation("bound uniformity-optimum --dimension 3 --t 2 --json"),
      Invocation("bound normface-scale --classes 9 --floor 0.1 --json"),
      Invocation("losses --json --output @out --force"),
      Invocation("losses --markdown"),
      Invocation(
        """
        sweep --queries @q.npy --keys @k.npy --ids @ids.npy --rows 3 --minimum 0.1 --maximum 1 \
        --steps 2 --precision double --json --output @out --force
        """),
      Invocation("sweep --queries @q.npy --keys @k.npy --sample 3 --seed 2 --steps 2 --json"),
      Invocation(
        "sweep --queries @q.npy --keys @k.npy --steps 2 --against @n4.npy @l.npy --json --output @o"
      ),
      Invocation(
        """
        train adapter --queries @q.npy --keys @k.npy --ids @ids.npy --loss info-nce --test-rows 1 \
        --epochs 1 --batch 2 --learning-rate 0.1 --temperature 0.5 --scale 2 --seed 3 --threads 1 \
        --json --output @out --force
        """),
      Invocation(
        """
        train adapter --queries @q.npy --keys @k.npy --batch 2 --temperature-mode learned \
        --temperature-learning-rate 0.1 --logit-scale 1 --epochs 1
        """),
      Invocation(
        """
        train adapter --queries @q.npy --keys @k.npy --batch 2 --temperature-mode scheduled \
        --minimum 0.1 --maximum 0.2 --half-period 1 --epochs 2
        """),
      Invocation(
        "train adapter --queries @q.npy --keys @k.npy --batch 2 --temperature-mode fixed --rows 3 "
          + "--checkpoint @run.safetensors"),
      Invocation(
        """
        train adapter --queries @q.npy --keys @k.npy --batch 2 --epochs 1 --sample 3 --sample-seed 2 \
        --json --output @out
        """),
      Invocation(
        """
        train sweep --queries @q.npy --keys @k.npy --batch 2 --epochs 1 --temperatures 1 --seeds 4,7 \
        --rows 3
        """),
      Invocation(
        """
        train sweep --queries @q.npy --keys @k.npy --batch 2 --epochs 1 --temperatures 1 --seeds 1 \
        --sample 3 --sample-seed 2 --json --output @out
        """),
      Invocation(
        """
        train sweep --queries @q.npy --keys @k.npy --ids @ids.npy --loss clip --test-rows 1 --epochs 1 \
        --batch 2 --learning-rate 0.1 --temperatures 0.1,0.2 --temperatures 1 --seeds 1 --threads 1 \
        --json --output @out --force
        """),
      Invocation(
        """
        benchmark --workload moco --storage float16 --queries 8 --negatives 16 --dimension 4 \
        --temperature 0.5 --scale 2 --threads 1 --repeats 1 --diagnostics none --json --output @out --force
        """),
      Invocation(
        """
        benchmark --workload clip --inputs @in --logit-scale 1 --repeats 1 --diagnostics all \
        --products sixteen-bit --isa portable
        """),
      Invocation(
        """
        benchmark --workload moco-forward --storage bfloat16 --queries 4 --negatives 8 --dimension 2 \
        --repeats 1
        """),
      Invocation(
        """
        benchmark --workload siglip --queries 4 --dimension 2 --scaling --points 2 --repeats 1 \
        --diagnostics both --products full --json
        """),
      Invocation(
        """
        benchmark --compare --workload clip --queries 4 --dimension 2 --repeats 1 --diagnostics none --json
        """),
    ]
    + [
      "clip-groups", "moco-v3", "siglip", "nt-xent", "dcl", "dclw", "debiased", "hard-negative",
    ].map {
      Invocation(
        "train adapter --queries @q.npy --keys @k.npy --batch 2 --epochs 1 --test-rows 1 --loss \($0)"
      )
    }

  private static let reproductions = [
    Invocation("reproduce softmax --json --output @out --force", statuses: anyVerdict),
    Invocation("reproduce loss-floor --seed 1 --json --output @out --force"),
    Invocation(
      "reproduce distillation --student 1,2 --teacher 2 -1 --json --output @out --force",
      statuses: anyVerdict),
    Invocation(
      """
      reproduce mutual-information --dimension 2 --candidates 2 4 --queries 64 --seed 1 --json \
      --output @out --force
      """, statuses: anyVerdict),
    Invocation(
      "reproduce uniformity-optimum --points 32 --seed 1 --json --output @out --force",
      statuses: anyVerdict),
    Invocation(
      "reproduce normface-scale --scales 1 2 --seeds 1 --epochs 1 --json --output @out --force",
      statuses: anyVerdict),
    Invocation(
      """
      reproduce wang-liu --negatives 64 --temperatures 0.1,1 --seeds 1 --epochs 1 --test-digits 30 --json --output @out --force
      """, statuses: anyVerdict),
    Invocation(
      """
      reproduce simclr-temperature --temperatures 0.1 1 --seeds 1 --epochs 1 --test-digits 30 --json --output @out --force
      """,
      statuses: anyVerdict),
    Invocation(
      """
      reproduce moco --queue 256 --learning-rates 0.001 --momentum 0,0.9 --temperature 0.1 --seeds 1 --epochs 1 --test-digits 30 --json --output @out --force
      """, statuses: anyVerdict),
    Invocation(
      "reproduce temperature-u --temperatures 0.1 1 --seeds 1 --epochs 1 --json --output @out --force",
      statuses: anyVerdict),
  ]
}
