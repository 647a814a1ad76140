using System.Globalization;

using Recs.Grains.Ingest;
using Recs.Grains.Telemetry;
using Recs.Schema.Http;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Silo.Door;

/// <inheritdoc cref="IForeignFeedback"/>
/// <remarks>
/// An event without an id gets its place in the topic for one, so that a message that is read again after a crash is a repeat.
/// </remarks>
sealed class ForeignFeedback(
    FeedbackIntake intake, EventShape shape, IDeadLetterStore letters, RecsOptions settings, RecsMetrics metrics, TimeProvider time)
    : IForeignFeedback
{
    /// <summary>Begins ids that no caller may send: ids have no control characters.</summary>
    const char PlaceMark = '\u0001';

    /// <inheritdoc/>
    public async Task Take(int partition, IReadOnlyList<LogBatch> rows, CancellationToken cancel)
    {
        List<DeadLetter> refused = [];
        List<(DeadLetter Line, FeedbackEvent Event)> events = [];
        foreach (var row in rows)
        {
            if (row.Foreign is { Fault: { } fault } damaged)
            {
                refused.Add(new DeadLetter(partition, row.Offset, 0, row.At, fault, damaged.Value));
            }
            else if (row.Foreign is { } foreign)
            {
                ReadLines(new DeadLetter(partition, row.Offset, 0, row.At, "", foreign.Value), events, refused);
            }
        }

        foreach (var chunk in events.Chunk(settings.Limits.BatchMax))
        {
            List<Rejection> rejected = [];
            await intake.Accept([.. chunk.Select((each, index) => (index, each.Event))], rejected, cancel);
            refused.AddRange(rejected.Select(rejection => chunk[rejection.Index].Line with { Reason = Reason(rejection.Code, rejection.Detail) }));
        }

        if (refused.Count > 0)
        {
            metrics.DeadLetters.Add(await letters.AddAsync(refused, cancel));
        }
    }

    void ReadLines(DeadLetter message, List<(DeadLetter Line, FeedbackEvent Event)> events, List<DeadLetter> refused)
    {
        var now = time.GetUtcNow();
        foreach (var (number, bytes) in Bodies.SplitLines(message.Payload))
        {
            var line = message with { Part = number, Payload = bytes };
            if (number > settings.Limits.BatchMax)
            {
                refused.Add(line with { Reason = $"At most {settings.Limits.BatchMax} lines; this and what follows was not read." });
                return;
            }

            if (Read(bytes, out var sent) is { } fault)
            {
                refused.Add(line with { Reason = fault });
                continue;
            }

            sent = sent with { At = sent.At ?? message.At, EventId = sent.EventId ?? Place(line) };
            if (shape.Refusal(sent, now) is { } refusal)
            {
                refused.Add(line with { Reason = Reason(refusal.Code, refusal.Detail) });
                continue;
            }

            events.Add((line, sent));
        }
    }

    static string? Read(ReadOnlyMemory<byte> line, out FeedbackEvent sent)
    {
        sent = new FeedbackEvent { Type = "" };
        List<Rejection> rejected = [];
        try
        {
            using var document = Json.Parse(line, DoorException.Body);
            List<(int, FeedbackEvent Document)> read = [];
            Bodies.Read(document.RootElement, 0, Bodies.Event, new FieldFaults(), read, rejected);
            sent = read is [var (_, only)] ? only : sent;
            return rejected is [var rejection] ? Reason(rejection.Code, rejection.Detail) : null;
        }
        catch (DoorException malformed)
        {
            return Reason("malformed", malformed.Errors.Values.First()[0]);
        }
    }

    static string Place(DeadLetter line) =>
        string.Create(CultureInfo.InvariantCulture, $"{PlaceMark}{line.Partition}:{line.Offset}:{line.Part}");

    // A text column takes no zero, and a reason may quote what was sent.
    static string Reason(string code, string detail) => $"{code}: {detail}".ReplaceLineEndings(" ").Replace('\0', ' ');
}
