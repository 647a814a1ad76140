using System.Globalization;

using Spectre.Console;

namespace Recs.Cli.Output;

/// <summary>How far a piece of work is: a bar on a terminal, a line every few seconds elsewhere.</summary>
/// <remarks>Safe for any number of threads.</remarks>
sealed class Progress(string title, double total, ProgressTask? bar, Terminal terminal, TimeProvider time)
{
    static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(2);

    readonly Lock _lock = new();
    long _lastLine = time.GetTimestamp();

    /// <summary>Notes how much is done.</summary>
    /// <param name="done">In the unit of the total; more than the total counts as the total.</param>
    /// <param name="note">What a reader would like to know beside it; made only when it is shown.</param>
    public void Report(double done, Func<string>? note = null)
    {
        lock (_lock)
        {
            if (bar is not null)
            {
                bar.Value = Math.Min(done, total);
                if (note is not null)
                {
                    bar.Description = Markup.Escape($"{title}  {note()}");
                }

                return;
            }

            if (time.GetElapsedTime(_lastLine) < LineEvery)
            {
                return;
            }

            _lastLine = time.GetTimestamp();
            terminal.Line(string.Create(
                CultureInfo.InvariantCulture, $"{title} {Math.Min(done, total):0}/{total:0}{(note is null ? "" : "  " + note())}"));
        }
    }
}
