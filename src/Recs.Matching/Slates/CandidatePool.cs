using System.Diagnostics;
using Recs.Matching.Numerics;

namespace Recs.Matching.Slates;

/// <summary>
/// The candidates of one layer that are still to be had, and the policy's distribution over them. With probability
/// ε (<see cref="SlatePolicy.Epsilon"/> or <see cref="SlatePolicy.Floor"/>; 1 for uniform) a draw is uniform over
/// all that remain, otherwise:
/// <list type="bullet">
/// <item>top-k: uniform over the k best scores; t items tied for the last s of those places share them, s/(t·k) each;</item>
/// <item>Thompson sampling: the largest of independent draws N(mean, (width·spread)²) of the H items with the highest
/// mean + 3·width·spread; t items with one belief tied for the last s of those places share what s of them would
/// win. Items with an infinite score or spread were never tried: they come before any draw, by equal lot;</item>
/// <item>inverse gap weighting: the weights of the H best scores as <see cref="GapWeights"/> gives them; ties share alike.</item>
/// </list>
/// Every number is a probability given what was drawn or removed before, never an estimate from samples; where a tie had no room
/// for all of its items, over what was drawn into the pool too.
/// </summary>
/// <remarks>Works in place on the caller's span: those drawn and removed come to its front. Not thread-safe.</remarks>
public ref struct CandidatePool
{
    readonly Span<Candidate> _items;
    readonly SlatePolicy _policy;
    readonly bool _beliefs;
    readonly int _tiedOut;
    int _tied;
    int _start;
    int _ordered;

    /// <summary>Takes hold of a layer's candidates.</summary>
    /// <param name="candidates">Shape [n], distinct items, any order; permuted from here on.</param>
    /// <param name="positions">Most draws and removals that will be asked for.</param>
    /// <param name="policy">The distribution.</param>
    /// <param name="tiedOut">
    /// Items outside that were as likely to be here as those of <see cref="Candidate.IsTied"/>: probabilities of these are shared with
    /// them. The ones here stay a uniform draw from all of them that are left, whatever was drawn before.
    /// </param>
    public CandidatePool(Span<Candidate> candidates, int positions, SlatePolicy policy, int tiedOut = 0)
    {
        _items = candidates;
        _tiedOut = tiedOut;
        foreach (ref readonly var candidate in candidates)
        {
            _tied += candidate.IsTied ? 1 : 0;
        }

        _policy = policy;
        _beliefs = policy.IsThompson;
        if (policy.Exploration < 1 && positions > 0 && candidates.Length > 0)
        {
            Prepare(candidates, policy);
            _ordered = CandidateOrder.Arrange(candidates, positions + policy.Window - 1, _beliefs);
        }
    }

    /// <summary>Candidates neither drawn nor removed.</summary>
    public readonly int Remaining => _items.Length - _start;

    /// <summary>Draws one candidate and takes it out. At least one must remain.</summary>
    /// <returns>The candidate and its probability, in (0, 1].</returns>
    public SlateItem Draw(ref Rng rng)
    {
        Debug.Assert(Remaining > 0, "an empty pool has nothing to draw");
        var explored = Explores(ref rng);
        var value = float.NaN;
        var index = explored ? _start + rng.NextInt(Remaining)
            : _beliefs ? DrawBelief(ref rng, out value)
            : _policy.IsGapWeighted ? DrawByGap(ref rng)
            : DrawTop(ref rng);
        var drawn = new SlateItem(Shown(_items[index], value), PropensityAt(index));
        TakeOut(index);
        return drawn;
    }

    /// <summary>Probability that the next draw gives this item; 0 when it is not there. O(n).</summary>
    public readonly double PropensityOf(int item)
    {
        var index = IndexOf(item);
        return index < 0 ? 0 : PropensityAt(index);
    }

    /// <summary>Takes a given item out without drawing it; false when it is not there. O(n).</summary>
    /// <param name="item">Dense row.</param>
    /// <param name="taken">The candidate and the probability with which a draw would have given it; 0 is possible.</param>
    public bool TryTake(int item, out SlateItem taken)
    {
        var index = IndexOf(item);
        if (index < 0)
        {
            taken = default;
            return false;
        }

        taken = new SlateItem(Shown(_items[index], float.NaN), PropensityAt(index));
        TakeOut(index);
        return true;
    }

    /// <summary>A Thompson pool ranks by reach; what it shows is the drawn value, or the mean when nothing was drawn.</summary>
    readonly Candidate Shown(in Candidate candidate, float value) => _beliefs && float.IsFinite(candidate.Score)
        ? candidate with { Score = float.IsNaN(value) ? candidate.Mean : value }
        : candidate;

    static void Prepare(Span<Candidate> candidates, SlatePolicy policy)
    {
        foreach (ref var candidate in candidates)
        {
            var score = candidate.Score;
            if (policy.IsThompson && !float.IsPositiveInfinity(score))
            {
                score = candidate.Mean + (3 * policy.Width * candidate.Spread);
            }

            candidate = candidate with { Score = float.IsNaN(score) ? float.NegativeInfinity : score };
        }
    }

    readonly bool Explores(ref Rng rng) => _policy.Exploration switch
    {
        >= 1 => true,
        <= 0 => false,
        var share => rng.NextDouble() < share,
    };

    readonly int DrawTop(ref Rng rng)
    {
        var (above, tied, _, places) = WindowOf(_policy.TopKWithin(Remaining));
        var place = rng.NextInt(places);
        return _start + (place < above ? place : above + rng.NextInt(tied));
    }

    readonly int DrawBelief(ref Rng rng, out float value)
    {
        value = _items[_start].Score;
        if (!float.IsFinite(value))
        {
            return _start + rng.NextInt(TieEnd(_start) - _start);
        }

        var (above, tied, _, places) = BeliefWindow();
        var best = 0;
        var bestValue = double.NegativeInfinity;
        for (var place = 0; place < places; place++)
        {
            ref var candidate = ref _items[_start + place];
            var drawn = candidate.Mean + (ArgmaxProbability.Deviation(_policy.Width, candidate.Spread) * rng.NextGaussian());
            (best, bestValue) = drawn > bestValue ? (place, drawn) : (best, bestValue);
        }

        value = (float)bestValue;
        return _start + (best < above ? best : above + rng.NextInt(tied));
    }

    readonly int DrawByGap(ref Rng rng)
    {
        Span<double> weights = stackalloc double[SlatePolicy.PoolSizeMax];
        var (above, tied, _, places) = WindowOf(_policy.TopKWithin(Remaining));
        GapWeights.Fill(_items.Slice(_start, places), _policy, weights[..places]);

        // What rounding leaves beyond the last falls to the best.
        var (place, draw) = (0, rng.NextDouble());
        for (var next = 0; next < places; next++)
        {
            if (draw < weights[next])
            {
                place = next;
                break;
            }

            draw -= weights[next];
        }

        return _start + (place < above ? place : above + rng.NextInt(tied));
    }

    readonly double GapProbability(int place, int above, int tied, int places)
    {
        Span<double> weights = stackalloc double[SlatePolicy.PoolSizeMax];
        GapWeights.Fill(_items.Slice(_start, places), _policy, weights[..places]);
        if (place < above)
        {
            return weights[place];
        }

        var open = 0.0;
        for (var last = above; last < places; last++)
        {
            open += weights[last];
        }

        return open / tied;
    }

    readonly double PropensityAt(int index)
    {
        var share = (double)_policy.Exploration;
        var uniform = 1.0 / Remaining;
        var here = share >= 1 ? uniform : (share * uniform) + ((1 - share) * PolicyProbability(index));
        return _items[index].IsTied ? here * _tied / (_tied + _tiedOut) : here;
    }

    readonly double PolicyProbability(int index)
    {
        if (_beliefs && !float.IsFinite(_items[_start].Score))
        {
            var end = TieEnd(_start);
            return index < end ? 1.0 / (end - _start) : 0;
        }

        var (above, tied, open, places) = _beliefs ? BeliefWindow() : WindowOf(_policy.TopKWithin(Remaining));
        var place = index - _start;
        if (place >= above + tied)
        {
            return 0;
        }

        if (_policy.IsGapWeighted)
        {
            return GapProbability(place, above, tied, places);
        }

        var share = place < above ? 1 : (double)open / tied;
        return share * (_beliefs ? WinProbability(Math.Min(place, above), places) : 1.0 / places);
    }

    readonly double WinProbability(int place, int places)
    {
        Span<double> means = stackalloc double[SlatePolicy.PoolSizeMax];
        Span<double> deviations = stackalloc double[SlatePolicy.PoolSizeMax];
        for (var i = 0; i < places; i++)
        {
            ref var candidate = ref _items[_start + i];
            means[i] = candidate.Mean;
            deviations[i] = ArgmaxProbability.Deviation(_policy.Width, candidate.Spread);
        }

        return ArgmaxProbability.Of(place, means[..places], deviations[..places]);
    }

    /// <summary>
    /// The places a draw can fill: <c>Above</c> hold one item each, the other <c>Open</c> of the <c>Places</c> are
    /// contested by <c>Tied</c> exchangeable items.
    /// </summary>
    readonly (int Above, int Tied, int Open, int Places) WindowOf(int places)
    {
        var last = _start + places - 1;
        var first = TieStart(last);
        var above = first - _start;
        return (above, TieEnd(last) - first, places - above, places);
    }

    readonly (int Above, int Tied, int Open, int Places) BeliefWindow()
    {
        var places = Math.Min(_policy.PoolSize, Remaining);
        while (!float.IsFinite(_items[_start + places - 1].Score))
        {
            places--;
        }

        return WindowOf(places);
    }

    readonly int TieStart(int index)
    {
        var low = _start;
        var high = index;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = CandidateOrder.Before(_items[middle], _items[index], _beliefs) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    readonly int TieEnd(int index)
    {
        var low = index + 1;
        var high = _ordered;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = CandidateOrder.Before(_items[index], _items[middle], _beliefs) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    readonly int IndexOf(int item)
    {
        for (var i = _start; i < _items.Length; i++)
        {
            if (_items[i].Item == item)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Moves one item to the front and past it, keeping what is ordered in order.</summary>
    void TakeOut(int index)
    {
        var taken = _items[index];
        _tied -= taken.IsTied ? 1 : 0;
        int hole;
        if (index < _ordered)
        {
            // Tied items may stand in any order, so the first of the tie takes the place: only better ones move.
            hole = TieStart(index);
            _items[index] = _items[hole];
        }
        else
        {
            hole = _ordered;
            _items[index] = _items[hole];
            _ordered++;
        }

        _items[_start..hole].CopyTo(_items[(_start + 1)..]);
        _items[_start] = taken;
        _start++;
    }
}
