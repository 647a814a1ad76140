using Spectre.Console;

namespace Recs.Cli.Output;

/// <summary>Where the tool writes: results to one stream, what went wrong to the other.</summary>
/// <param name="output">Results and progress.</param>
/// <param name="error">One line when something goes wrong.</param>
/// <param name="console">A terminal that can redraw; null writes plain lines only.</param>
/// <param name="time">Paces plain progress lines.</param>
sealed class Terminal(TextWriter output, TextWriter error, IAnsiConsole? console, TimeProvider time)
{
    /// <summary>Results and progress.</summary>
    public TextWriter Output => output;

    /// <summary>What went wrong.</summary>
    public TextWriter Error => error;

    /// <summary>The process's own streams; progress is redrawn only if a person watches.</summary>
    public static Terminal OfProcess(TimeProvider time) => new(
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive ? AnsiConsole.Console : null,
        time);

    /// <summary>Writes one line of the result.</summary>
    public void Line(string text) => output.WriteLine(text);

    /// <summary>Says in one line what went wrong.</summary>
    public void Fault(string text) => error.WriteLine("recs: " + text.ReplaceLineEndings(" "));

    /// <summary>Does a long piece of work and shows how far it is.</summary>
    /// <param name="title">What is done, such as <c>items</c>.</param>
    /// <param name="total">How much there is to do, above 0.</param>
    /// <param name="work">The work; it reports to the progress it is given.</param>
    public async Task<T> WithProgressAsync<T>(string title, double total, Func<Progress, Task<T>> work)
    {
        if (console is null)
        {
            return await work(new Progress(title, total, null, this, time));
        }

        return await console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: total);
                return work(new Progress(title, total, task, this, time));
            });
    }
}
