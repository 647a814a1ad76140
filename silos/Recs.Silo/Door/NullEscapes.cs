using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

using Microsoft.AspNetCore.Connections;

namespace Recs.Silo.Door;

/// <summary>
/// The server closes a connection whose path has <c>%00</c> before anything of ours runs, with an answer that says nothing. This writes
/// <c>%01</c> in its place, which no id may have either: the door then says what is wrong, as with every other path.
/// </summary>
sealed class NullEscapes(PipeReader inner) : PipeReader
{
    /// <summary>Puts itself before the server's reader of a connection.</summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => connection =>
    {
        connection.Transport = new Duplex(new NullEscapes(connection.Transport.Input), connection.Transport.Output);
        return next(connection);
    };

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        var has = inner.TryRead(out result);
        Replace(result.Buffer);
        return has;
    }

    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken);
        Replace(result.Buffer);
        return result;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    /// <inheritdoc/>
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>Looks at what begins like a request: an upper-case word, a blank, and a slash. Bodies of this API do not.</summary>
    static void Replace(in ReadOnlySequence<byte> buffer)
    {
        var line = buffer.FirstSpan;
        if (line.IsEmpty || line[0] is < (byte)'A' or > (byte)'Z' || line.IndexOf(" /"u8) is not (> 0 and < 16))
        {
            return;
        }

        line = line.IndexOfAny((byte)'?', (byte)'\n') is var end and >= 0 ? line[..end] : line;
        for (var at = 0; line[at..].IndexOf("%00"u8) is var next and >= 0;)
        {
            at += next;
            MemoryMarshal.AsMemory(buffer.First).Span[at + 2] = (byte)'1';
        }
    }

    sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
