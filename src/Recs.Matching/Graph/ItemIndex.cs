using System.Numerics.Tensors;

namespace Recs.Matching.Graph;

/// <summary>
/// Which items lie near a vector, of all or of those that came into being within a window: an inverted file whose lists, one per
/// cluster, are in order of time, so that a window is the end of each list and fresh items need no index of their own.
/// </summary>
/// <remarks>
/// Window search as in arXiv 2402.00943, with lists for its trees: a list is cut by binary search and scanned from its newest
/// item on. Items that came since the lists were last merged wait in a tail that every search scans. Any number of readers take
/// no lock; writers take turns.
/// </remarks>
/// <param name="centroids">Shape [C x D].</param>
/// <param name="vectors">Vectors by row; an item's is written before the item is put.</param>
public sealed class ItemIndex(ReadOnlyMemory<float> centroids, VectorTable vectors)
{
    /// <summary>Most items that wait outside the lists.</summary>
    public const int TailMax = 1024;

    /// <summary>Most items that one search looks at; the oldest of a window are left out beyond.</summary>
    public const int ScanMax = 16_384;

    readonly Lock _writing = new();
    readonly Dictionary<int, Entry> _entries = [];
    readonly int _clusters = centroids.Length / vectors.Dimensions;
    View _view = new([.. Enumerable.Range(0, centroids.Length / vectors.Dimensions).Select(_ => Array.Empty<Entry>())], []);

    /// <summary>Items put.</summary>
    public int Count => _entries.Count;

    /// <summary>Puts items, or puts them elsewhere: an item lies where its vector and its time say. O(clusters) each.</summary>
    /// <param name="items">Rows and when each item came into being, in Unix seconds.</param>
    public void Put(IEnumerable<(int Row, long CreatedAt)> items)
    {
        lock (_writing)
        {
            var added = new List<Entry>();
            var isMoved = false;
            foreach (var (row, at) in items)
            {
                var entry = new Entry(row, ClusterOf(row), at);
                if (_entries.TryGetValue(row, out var before))
                {
                    if (before == entry)
                    {
                        continue;
                    }

                    isMoved = true;
                }

                _entries[row] = entry;
                added.Add(entry);
            }

            Entry[] tail = [.. _view.Tail, .. added];
            var empty = Enumerable.Repeat(Array.Empty<Entry>(), _clusters);
            Volatile.Write(
                ref _view,
                isMoved ? new View(Merge([.. empty], _entries.Values), [])
                : tail.Length > TailMax ? new View(Merge(_view.Lists, tail), [])
                : _view with { Tail = tail });
        }
    }

    /// <summary>The nearest items by inner product; without a vector the newest.</summary>
    /// <param name="vector">u, shape [D]; empty for none.</param>
    /// <param name="clusters">Lists that are looked at, those of the nearest centroids first; without a vector all are.</param>
    /// <param name="since">Items that came into being before it are left out, in Unix seconds.</param>
    /// <param name="items">Eligibility.</param>
    /// <param name="eligibility">Which items may be shown.</param>
    /// <param name="rows">Receives rows, in no order; its length is the number wanted.</param>
    /// <returns>How many were found.</returns>
    /// <remarks>O(C·D + scanned·D), scanned at most <see cref="ScanMax"/>.</remarks>
    public int Nearest(
        ReadOnlySpan<float> vector, int clusters, long since, ItemTable items, scoped in Eligibility eligibility, Span<int> rows)
    {
        var view = Volatile.Read(ref _view);
        var best = new PriorityQueue<int, float>(rows.Length + 1);
        var scanned = 0;
        Span<int> order = stackalloc int[256];
        var lists = Order(vector, order[..Math.Min(order.Length, vector.IsEmpty ? _clusters : Math.Min(clusters, _clusters))]);
        for (var at = view.Tail.Length - 1; at >= 0; at--)
        {
            scanned += Offer(best, view.Tail[at], vector, since, items, eligibility, rows.Length) ? 1 : 0;
        }

        foreach (var cluster in lists)
        {
            // Every list gets its share, so that a long one does not use up what is for all.
            var (list, last) = (view.Lists[cluster], scanned + ((ScanMax - scanned) / lists.Length) + 1);
            for (var at = list.Length - 1; at >= 0 && list[at].CreatedAt >= since && scanned < Math.Min(last, ScanMax); at--)
            {
                scanned += Offer(best, list[at], vector, since, items, eligibility, rows.Length) ? 1 : 0;
            }
        }

        var found = 0;
        foreach (var (row, _) in best.UnorderedItems)
        {
            rows[found++] = row;
        }

        return found;
    }

    bool Offer(
        PriorityQueue<int, float> best, in Entry entry, ReadOnlySpan<float> vector, long since, ItemTable items,
        scoped in Eligibility eligibility, int wanted)
    {
        if (entry.CreatedAt < since || !items.IsEligible(entry.Row, eligibility) || eligibility.IsExcluded(entry.Row))
        {
            return entry.CreatedAt >= since;
        }

        // Newer is nearer where there is no vector: seconds of the last decades are exact enough in 24 bits for that.
        var value = vector.IsEmpty ? entry.CreatedAt : TensorPrimitives.Dot(vectors.Row(entry.Row), vector);
        if (float.IsNaN(value))
        {
            return true;
        }

        if (best.Count < wanted)
        {
            best.Enqueue(entry.Row, value);
        }
        else
        {
            _ = best.EnqueueDequeue(entry.Row, value);
        }

        return true;
    }

    /// <summary>The clusters to look at, nearest first.</summary>
    Span<int> Order(ReadOnlySpan<float> vector, Span<int> order)
    {
        if (vector.IsEmpty)
        {
            for (var cluster = 0; cluster < order.Length; cluster++)
            {
                order[cluster] = cluster;
            }

            return order;
        }

        Span<float> products = stackalloc float[256];
        var kept = 0;
        for (var cluster = 0; cluster < _clusters; cluster++)
        {
            var product = TensorPrimitives.Dot(Centroid(cluster), vector);
            if (kept == order.Length && product <= products[kept - 1])
            {
                continue;
            }

            var place = kept < order.Length ? kept++ : kept - 1;
            for (; place > 0 && products[place - 1] < product; place--)
            {
                (products[place], order[place]) = (products[place - 1], order[place - 1]);
            }

            (products[place], order[place]) = (product, cluster);
        }

        return order[..kept];
    }

    int ClusterOf(int row)
    {
        var (best, most) = (row % _clusters, float.NegativeInfinity);
        for (var step = 0; step < _clusters; step++)
        {
            // An item without content is as near to all: its row spreads such items over the lists.
            var cluster = (step + row) % _clusters;
            var product = TensorPrimitives.Dot(Centroid(cluster), vectors.Row(row));
            (best, most) = product > most ? (cluster, product) : (best, most);
        }

        return best;
    }

    ReadOnlySpan<float> Centroid(int cluster) => centroids.Span.Slice(cluster * vectors.Dimensions, vectors.Dimensions);

    /// <summary>Lists with more entries in them, in order of time.</summary>
    static Entry[][] Merge(Entry[][] lists, IEnumerable<Entry> entries)
    {
        Entry[][] merged = [.. lists];
        foreach (var group in entries.GroupBy(entry => entry.Cluster))
        {
            var (old, added) = (lists[group.Key], group.OrderBy(entry => entry.CreatedAt).ToArray());
            var (list, left, right) = (new Entry[old.Length + added.Length], 0, 0);
            for (var at = 0; at < list.Length; at++)
            {
                var isOld = right == added.Length || (left < old.Length && old[left].CreatedAt <= added[right].CreatedAt);
                list[at] = isOld ? old[left++] : added[right++];
            }

            merged[group.Key] = list;
        }

        return merged;
    }

    readonly record struct Entry(int Row, int Cluster, long CreatedAt);

    sealed record View(Entry[][] Lists, Entry[] Tail);
}
