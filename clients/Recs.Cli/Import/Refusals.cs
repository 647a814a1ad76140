using Recs.Schema.Http;

namespace Recs.Cli.Import;

/// <summary>Counts what the server refused, by reason, with one example of each.</summary>
/// <remarks>Safe for any number of threads.</remarks>
sealed class Refusals
{
    readonly Lock _lock = new();
    readonly SortedDictionary<string, (int Count, string Example)> _byCode = new(StringComparer.Ordinal);

    /// <summary>How many of each reason.</summary>
    public IReadOnlyDictionary<string, int> Counts
    {
        get
        {
            lock (_lock)
            {
                return _byCode.ToDictionary(reason => reason.Key, reason => reason.Value.Count, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Counts the refusals of one answer.</summary>
    /// <param name="rejected">What the server said.</param>
    /// <param name="idOf">Names the thing at an index of the request.</param>
    public void Add(IReadOnlyList<Rejection> rejected, Func<int, string> idOf)
    {
        lock (_lock)
        {
            foreach (var refusal in rejected)
            {
                _byCode[refusal.Code] = _byCode.TryGetValue(refusal.Code, out var known)
                    ? (known.Count + 1, known.Example)
                    : (1, $"'{refusal.Id ?? idOf(refusal.Index)}': {refusal.Detail}");
            }
        }
    }

    /// <summary>One line per reason.</summary>
    public IReadOnlyList<string> Lines()
    {
        lock (_lock)
        {
            return [.. _byCode.Select(reason => $"  {reason.Key}: {reason.Value.Count}, such as {reason.Value.Example}")];
        }
    }
}
