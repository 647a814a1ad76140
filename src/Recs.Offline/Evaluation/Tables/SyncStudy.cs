using Recs.Matching.Numerics;
using Recs.Neural.Tables;

namespace Recs.Offline.Evaluation.Tables;

/// <summary>
/// How good a model serves that is trained online and whose touched rows reach the serving copy at intervals: the second
/// experiment of Monolith (arXiv 2209.07663, table 2) on a simulated stream of clicks whose tastes drift and whose items
/// are new every so often.
/// </summary>
/// <remarks>
/// A factorisation model, σ(b_i + ⟨p_u, q_i⟩), learned by SGD. Every click is predicted by the serving copy before it is
/// learned from.
/// </remarks>
public sealed class SyncStudy
{
    const int Users = 2000;
    const int Items = 400;
    const int Dims = 8;
    const int Warmup = 100_000;
    const float Rate = 0.05f;

    readonly double[] _users = new double[Users * Dims];
    readonly double[] _items = new double[Items * Dims];
    readonly double[] _bias = new double[Items];
    readonly int[] _names = new int[Items];
    readonly (EmbeddingTable Users, EmbeddingTable Items) _training = (Table(1), Table(2));
    readonly (EmbeddingTable Users, EmbeddingTable Items) _serving = (Table(1), Table(2));
    readonly List<int> _touched = [];
    readonly List<(double Score, bool IsClick)> _scored = [];
    Rng _rng;
    int _named;

    SyncStudy(ulong seed)
    {
        _rng = new Rng(seed);
        foreach (ref var value in _users.AsSpan())
        {
            value = _rng.NextGaussian() / Math.Sqrt(Dims);
        }

        for (var item = 0; item < Items; item++)
        {
            Renew(item);
        }
    }

    /// <summary>Runs the stream once.</summary>
    /// <param name="interval">Events between two synchronisations; 0 for none after the warm-up.</param>
    /// <param name="events">Events after the warm-up.</param>
    /// <param name="seed">Seed of the world: the same seed gives the same stream whatever the interval.</param>
    /// <returns>AUC of the serving copy over the events after the warm-up.</returns>
    public static double Auc(int interval, int events, ulong seed)
    {
        var study = new SyncStudy(seed);
        for (var n = 0; n < Warmup; n++)
        {
            study.Live(isScored: false);
        }

        study.Synchronise();
        for (var n = 1; n <= events; n++)
        {
            study.Live(isScored: true);
            if (interval > 0 && n % interval == 0)
            {
                study.Synchronise();
            }
        }

        return study.Auc();
    }

    static EmbeddingTable Table(ulong seed) =>
        new(new EmbeddingTableOptions(Dims + 1, 1 << 20) { Drawn = Dims, Spread = 0.1f, Seed = seed }, new OpenAdmission());

    void Live(bool isScored)
    {
        Drift();
        var (user, item) = (_rng.NextInt(Users), _rng.NextInt(Items));
        var logit = _bias[item];
        for (var d = 0; d < Dims; d++)
        {
            logit += 3 * _users[(user * Dims) + d] * _items[(item * Dims) + d];
        }

        var isClick = _rng.NextDouble() < 1 / (1 + Math.Exp(-logit));
        var (userKey, itemKey) = ((UInt128)(uint)(user + 1), (UInt128)(uint)_names[item]);
        if (isScored)
        {
            _scored.Add((Score(userKey, itemKey), isClick));
        }

        Learn(userKey, itemKey, isClick);
    }

    /// <summary>A user's taste turns a little; an item makes room for a new one.</summary>
    void Drift()
    {
        var user = _rng.NextInt(Users);
        for (var d = 0; d < Dims; d++)
        {
            ref var value = ref _users[(user * Dims) + d];
            value = (0.98 * value) + (Math.Sqrt((1 - (0.98 * 0.98)) / Dims) * _rng.NextGaussian());
        }

        if (_rng.NextInt(200) == 0)
        {
            Renew(_rng.NextInt(Items));
        }
    }

    void Renew(int item)
    {
        _names[item] = ++_named;
        _bias[item] = -1 + _rng.NextGaussian();
        for (var d = 0; d < Dims; d++)
        {
            _items[(item * Dims) + d] = _rng.NextGaussian();
        }
    }

    double Score(UInt128 user, UInt128 item)
    {
        Span<float> left = stackalloc float[Dims + 1];
        Span<float> right = stackalloc float[Dims + 1];
        _ = _serving.Users.TryRead(user, left);
        return _serving.Items.TryRead(item, right) ? Logit(left, right) : 0;
    }

    void Learn(UInt128 user, UInt128 item, bool isClick)
    {
        var (left, right) = (_training.Users.GetOrAdd(user, 0), _training.Items.GetOrAdd(item, 0));
        var p = _training.Users.BeginWrite(left);
        var q = _training.Items.BeginWrite(right);
        var step = Rate * ((isClick ? 1 : 0) - (1 / (1 + MathF.Exp(-Logit(p, q)))));
        for (var d = 0; d < Dims; d++)
        {
            (p[d], q[d]) = (p[d] + (step * q[d]), q[d] + (step * p[d]));
        }

        q[Dims] += step;
        _training.Users.EndWrite(left);
        _training.Items.EndWrite(right);
    }

    static float Logit(ReadOnlySpan<float> user, ReadOnlySpan<float> item)
    {
        var logit = item[Dims];
        for (var d = 0; d < Dims; d++)
        {
            logit += user[d] * item[d];
        }

        return logit;
    }

    void Synchronise()
    {
        Copy(_training.Users, _serving.Users);
        Copy(_training.Items, _serving.Items);
    }

    void Copy(EmbeddingTable from, EmbeddingTable to)
    {
        _touched.Clear();
        from.TakeTouched(_touched);
        foreach (var row in _touched)
        {
            var copy = to.GetOrAdd(from.KeyOf(row), 0);
            from.Row(row).CopyTo(to.BeginWrite(copy));
            to.EndWrite(copy);
        }
    }

    /// <summary>Area under the ROC curve by ranks, ties counted half.</summary>
    double Auc()
    {
        _scored.Sort((left, right) => left.Score.CompareTo(right.Score));
        var (clicks, below) = (0.0, 0.0);
        for (var first = 0; first < _scored.Count;)
        {
            var last = first;
            while (last < _scored.Count && _scored[last].Score == _scored[first].Score)
            {
                last++;
            }

            var hits = _scored.GetRange(first, last - first).Count(entry => entry.IsClick);
            var others = first - clicks;
            below += hits * (others + ((last - first - hits) / 2.0));
            clicks += hits;
            first = last;
        }

        return below / (clicks * (_scored.Count - clicks));
    }
}
