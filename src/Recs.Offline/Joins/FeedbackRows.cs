using Recs.Schema.Log;

namespace Recs.Offline.Joins;

/// <summary>What <see cref="FeedbackJoin"/> holds: decisions in order of arrival, and a row for each item heard of.</summary>
sealed class FeedbackRows
{
    readonly Dictionary<ulong, int> _decisionOf = [];
    readonly Dictionary<long, int> _rowOf = [];
    readonly List<Decided> _decisions = [];
    readonly List<ShownItem> _rows = [];
    readonly List<int> _clusters = [];
    readonly List<ushort> _weights = [];

    /// <summary>A decision; its context stands at <paramref name="Context"/>.</summary>
    readonly record struct Decided(ulong Nonce, long AtMs, uint Graph, byte Policy, int Context, byte Active);

    /// <summary>An item of a decision; the reward is a sum of 16-bit ones.</summary>
    readonly record struct ShownItem(
        int Decision, int Item, float Propensity, int Reward, ushort Prior, ushort Matched, byte Position, bool IsShown);

    /// <summary>Number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>The row of a record's item, −1 when there is none yet.</summary>
    public int Find(in FeedbackRecord record, int index) =>
        _decisionOf.TryGetValue(record.Nonce, out var decision)
            ? _rowOf.GetValueOrDefault(KeyOf(decision, record.Position(index)), -1)
            : -1;

    /// <summary>Adds a row that is not there yet.</summary>
    public int Add(in FeedbackRecord record, int index)
    {
        if (!_decisionOf.TryGetValue(record.Nonce, out var decision))
        {
            decision = _decisions.Count;
            _decisions.Add(new(
                record.Nonce, record.DecidedAtMs, record.Graph, record.Policy, _clusters.Count, (byte)record.ClusterCount));
            _decisionOf.Add(record.Nonce, decision);
            for (var k = 0; k < record.ClusterCount; k++)
            {
                var (cluster, weight) = record.Cluster(k);
                _clusters.Add(cluster);
                _weights.Add(weight);
            }
        }

        var item = record.Item(index);
        var position = (byte)record.Position(index);
        _rowOf.Add(KeyOf(decision, position), _rows.Count);
        _rows.Add(new(decision, item.Row, item.Propensity, 0, item.Prior, item.Matched, position, false));
        return _rows.Count - 1;
    }

    /// <summary>The row's item was shown.</summary>
    public void MarkShown(int row) => _rows[row] = _rows[row] with { IsShown = true };

    /// <summary>The row's item earned a reward · 65535, or lost one.</summary>
    public void AddReward(int row, int reward) => _rows[row] = _rows[row] with { Reward = _rows[row].Reward + reward };

    /// <summary>The most recent whole decisions that have no more rows than asked for.</summary>
    /// <param name="most">Most rows.</param>
    /// <param name="dropped">How many rows with an impression are not among them.</param>
    /// <returns>They, and the last decision that is not: whatever was decided before it has no place.</returns>
    public (FeedbackRows Kept, (long AtMs, ulong Nonce) Floor) Newest(int most, out int dropped)
    {
        var rowsOf = new int[_decisions.Count];
        foreach (var row in _rows)
        {
            rowsOf[row.Decision]++;
        }

        var newest = Enumerable.Range(0, _decisions.Count)
            .OrderByDescending(decision => (_decisions[decision].AtMs, _decisions[decision].Nonce)).ToArray();
        var (count, first) = (0, 0);
        while (first < newest.Length && count + rowsOf[newest[first]] <= most)
        {
            count += rowsOf[newest[first++]];
        }

        var last = first == newest.Length ? default : _decisions[newest[first]];
        var kept = new FeedbackRows();
        dropped = 0;
        foreach (var row in _rows)
        {
            if (first == newest.Length || IsAfter(_decisions[row.Decision], last))
            {
                kept.Take(row, this);
            }
            else
            {
                dropped += row.IsShown ? 1 : 0;
            }
        }

        return (kept, first == newest.Length ? (long.MinValue, 0) : (last.AtMs, last.Nonce));
    }

    /// <summary>The rows that can be used, as columns.</summary>
    /// <param name="maturedMs">The last time of a decision that is matured, in Unix milliseconds.</param>
    /// <param name="itemRows">Rows of the catalogue, strictly ascending.</param>
    /// <param name="drops">What was left out before.</param>
    /// <param name="lateRewards">Rewards that were left out before.</param>
    public BanditFeedback Build(long maturedMs, ReadOnlySpan<int> itemRows, FeedbackDrops drops, long lateRewards)
    {
        var kept = new List<ShownItem>(_rows.Count);
        foreach (var row in _rows)
        {
            var decision = _decisions[row.Decision];
            if (!row.IsShown)
            {
                drops = drops with { NoImpression = drops.NoImpression + 1 };
            }
            else if (decision.AtMs > maturedMs)
            {
                drops = drops with { NotMatured = drops.NotMatured + 1 };
            }
            else if (itemRows.BinarySearch(row.Item) < 0)
            {
                drops = drops with { UnknownItem = drops.UnknownItem + 1 };
            }
            else if (row.Propensity is not (> 0 and <= 1))
            {
                drops = drops with { NoPropensity = drops.NoPropensity + 1 };
            }
            else if (decision.Active == 0)
            {
                drops = drops with { NoContext = drops.NoContext + 1 };
            }
            else
            {
                kept.Add(row);
            }
        }

        kept.Sort((a, b) => (_decisions[a.Decision].AtMs, _decisions[a.Decision].Nonce, a.Position)
            .CompareTo((_decisions[b.Decision].AtMs, _decisions[b.Decision].Nonce, b.Position)));
        return Columns(kept, drops, lateRewards);
    }

    static long KeyOf(int decision, int position) => ((long)decision << 8) | (uint)position;

    static bool IsAfter(Decided decision, Decided other) => (decision.AtMs, decision.Nonce).CompareTo((other.AtMs, other.Nonce)) > 0;

    void Take(ShownItem row, FeedbackRows source)
    {
        var decided = source._decisions[row.Decision];
        if (!_decisionOf.TryGetValue(decided.Nonce, out var decision))
        {
            decision = _decisions.Count;
            _decisions.Add(decided with { Context = _clusters.Count });
            _decisionOf.Add(decided.Nonce, decision);
            for (var k = decided.Context; k < decided.Context + decided.Active; k++)
            {
                _clusters.Add(source._clusters[k]);
                _weights.Add(source._weights[k]);
            }
        }

        _rowOf.Add(KeyOf(decision, row.Position), _rows.Count);
        _rows.Add(row with { Decision = decision });
    }

    BanditFeedback Columns(List<ShownItem> rows, FeedbackDrops drops, long lateRewards)
    {
        var starts = new List<int>();
        var decisions = new List<Decided>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (i == 0 || rows[i].Decision != rows[i - 1].Decision)
            {
                starts.Add(i);
                decisions.Add(_decisions[rows[i].Decision]);
            }
        }

        var contextStarts = new int[decisions.Count + 1];
        for (var i = 0; i < decisions.Count; i++)
        {
            contextStarts[i + 1] = contextStarts[i] + decisions[i].Active;
        }

        return new()
        {
            Starts = [.. starts, rows.Count],
            Items = [.. rows.Select(row => row.Item)],
            Positions = [.. rows.Select(row => row.Position)],
            Propensities = [.. rows.Select(row => row.Propensity)],
            Rewards = [.. rows.Select(row => Math.Clamp(row.Reward / (float)ushort.MaxValue, 0, 1))],
            Matched = [.. rows.Select(row => row.Matched)],
            Priors = [.. rows.Select(row => row.Prior)],
            ContextStarts = contextStarts,
            Clusters = [.. decisions.SelectMany(decision => _clusters.GetRange(decision.Context, decision.Active))],
            Weights = [.. decisions.SelectMany(decision => _weights.GetRange(decision.Context, decision.Active))],
            Policies = [.. decisions.Select(decision => decision.Policy)],
            Graphs = [.. decisions.Select(decision => decision.Graph)],
            DecidedMs = [.. decisions.Select(decision => decision.AtMs)],
            Dropped = drops,
            LateRewards = lateRewards,
        };
    }
}
