using System.Buffers;
using System.Globalization;
using System.Text;

namespace Recs.Cli.Bench;

/// <summary>Bodies of events about a pool of decisions: impressions, then clicks, then watches of every item.</summary>
/// <param name="pool">The decisions.</param>
/// <param name="run">Tells this run's event ids from an earlier run's, so that none is a repeat.</param>
sealed class EventStream(DecisionPool pool, string run)
{
    static readonly byte[][] Kinds =
    [
        "\",\"type\":\"impression\",\"decisionId\":\""u8.ToArray(),
        "\",\"type\":\"click\",\"decisionId\":\""u8.ToArray(),
        "\",\"type\":\"watch\",\"value\":30,\"decisionId\":\""u8.ToArray(),
    ];

    readonly byte[] _run = Encoding.ASCII.GetBytes(run);

    /// <summary>A JSON array of events.</summary>
    /// <param name="first">Number of the first event of the run.</param>
    /// <param name="count">How many.</param>
    public ReadOnlyMemory<byte> Batch(long first, int count)
    {
        const int EventBytes = 1024;
        var body = new ArrayBufferWriter<byte>(count * EventBytes);
        body.Write("["u8);
        Span<byte> digits = stackalloc byte[20];
        for (var number = first; number < first + count; number++)
        {
            var (decision, items) = pool[(int)(number % pool.Count)];
            var turn = number / pool.Count;
            number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
            body.Write(number == first ? "{\"eventId\":\""u8 : ",{\"eventId\":\""u8);
            body.Write(_run);
            body.Write("-"u8);
            body.Write(digits[..length]);
            body.Write(Kinds[turn / items.Length % Kinds.Length]);
            body.Write(decision);
            body.Write("\",\"itemId\":\""u8);
            body.Write(items[turn % items.Length]);
            body.Write("\"}"u8);
        }

        body.Write("]"u8);
        return body.WrittenMemory;
    }
}
