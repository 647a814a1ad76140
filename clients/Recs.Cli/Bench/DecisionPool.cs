using System.Text.Json;

using Recs.Cli.Output;
using Recs.Client;
using Recs.Schema.Http;

namespace Recs.Cli.Bench;

/// <summary>Decisions fetched before a measurement, about which events are then sent.</summary>
/// <remarks>Ids are kept as encoded JSON text, so building a body is copying bytes.</remarks>
sealed class DecisionPool
{
    const int FetchersMax = 8;

    readonly (byte[] DecisionId, byte[][] Items)[] _decisions;

    DecisionPool((byte[] DecisionId, byte[][] Items)[] decisions) => _decisions = decisions;

    /// <summary>How many there are, at least 1.</summary>
    public int Count => _decisions.Length;

    /// <summary>A decision.</summary>
    /// <param name="index">In [0, <see cref="Count"/>).</param>
    public (byte[] DecisionId, byte[][] Items) this[int index] => _decisions[index];

    /// <summary>Fetches decisions.</summary>
    /// <param name="client">The server.</param>
    /// <param name="count">How many to ask for.</param>
    /// <param name="slate">Items in each.</param>
    /// <param name="allowed">Which items events may be sent about.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="BadInputException">The server recommends nothing.</exception>
    public static async Task<DecisionPool> FetchAsync(
        RecsClient client, int count, int slate, Func<string, bool> allowed, CancellationToken cancel)
    {
        var decisions = new (byte[] DecisionId, byte[][] Items)[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = FetchersMax, CancellationToken = cancel };
        await Parallel.ForAsync(0, count, options, async (index, stop) =>
        {
            var request = new RecommendRequest { UserId = Preparation.Viewer(index), Count = slate };
            var answer = await client.RecommendAsync(request, stop);
            decisions[index] = (Encoded(answer.DecisionId), [.. answer.Items.Select(item => item.Id).Where(allowed).Select(Encoded)]);
        });
        var useful = decisions.Where(decision => decision.Items.Length > 0).ToArray();
        return useful.Length > 0
            ? new DecisionPool(useful)
            : throw new BadInputException("the server recommends nothing; load a catalogue, or run 'recs bench recommend --prepare'");
    }

    static byte[] Encoded(string text) => JsonEncodedText.Encode(text).EncodedUtf8Bytes.ToArray();
}
