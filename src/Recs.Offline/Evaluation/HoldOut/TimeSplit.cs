using Recs.Offline.Joins;

namespace Recs.Offline.Evaluation.HoldOut;

/// <summary>Each viewer's last share by time is held out; the rest is what training may see.</summary>
public sealed class TimeSplit
{
    /// <summary>Splits. O(meetings · log meetings).</summary>
    /// <param name="items">The catalogue; <see cref="Meeting.Item"/> are its indexes.</param>
    /// <param name="meetings">In any order.</param>
    /// <param name="share">Share of each viewer's meetings that is held out, in (0, 1).</param>
    public TimeSplit(IReadOnlyList<RetrainItem> items, IEnumerable<Meeting> meetings, double share)
    {
        Items = items;
        Counts = new int[items.Count];
        var viewers = new List<HeldOutViewer>();
        var past = new List<Meeting>();
        foreach (var viewer in meetings.GroupBy(meeting => meeting.Viewer))
        {
            var ordered = viewer.OrderBy(meeting => meeting.At).ThenBy(meeting => meeting.Item).ToArray();
            var before = ordered[..(ordered.Length - (int)Math.Round(ordered.Length * share))];
            past.AddRange(before);
            var met = before.Select(meeting => meeting.Item).ToHashSet();
            int[] liked = [.. before.Where(meeting => meeting.Reward > 0).Select(meeting => meeting.Item).Distinct()];
            HashSet<int> next = [.. ordered[before.Length..].Where(meeting => meeting.Reward > 0 && !met.Contains(meeting.Item)).Select(meeting => meeting.Item)];
            if (liked.Length > 0 && next.Count > 0)
            {
                viewers.Add(new(liked, met, next));
            }
        }

        foreach (var meeting in past)
        {
            Interactions.Add(meeting.Viewer, items[meeting.Item].Row, meeting.Reward);
            Counts[meeting.Item] += meeting.Reward > 0 ? 1 : 0;
        }

        IsCold = [.. Enumerable.Repeat(true, items.Count)];
        foreach (var meeting in past)
        {
            IsCold[meeting.Item] = false;
        }

        (Viewers, Past) = (viewers, past);
    }

    /// <summary>The catalogue.</summary>
    public IReadOnlyList<RetrainItem> Items { get; }

    /// <summary>What training may see.</summary>
    public IReadOnlyList<Meeting> Past { get; }

    /// <summary>The same for a training.</summary>
    public Interactions Interactions { get; } = new();

    /// <summary>Rewards of each item in the past: its popularity, shape [n].</summary>
    public int[] Counts { get; }

    /// <summary>Items that nobody met in the past, shape [n].</summary>
    public bool[] IsCold { get; }

    /// <summary>Viewers with a past reward and a held-out one.</summary>
    public IReadOnlyList<HeldOutViewer> Viewers { get; }

    /// <summary>A split of the past alone, to choose settings on.</summary>
    public TimeSplit Validation(double share) => new(Items, Past, share);
}
