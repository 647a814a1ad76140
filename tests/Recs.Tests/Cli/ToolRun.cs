using Recs.Cli;
using Recs.Cli.Output;

namespace Recs.Tests.Cli;

/// <summary>One run of the tool against a handler instead of a network.</summary>
sealed record ToolRun(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of what went wrong.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static async Task<ToolRun> Of(HttpMessageHandler handler, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), null, TimeProvider.System);
        var context = new ToolContext(
            terminal, TimeProvider.System, url => new HttpClient(handler, disposeHandler: false) { BaseAddress = url });
        var code = await Tool.RunAsync(args, context);
        return new ToolRun(code, output.ToString(), error.ToString());
    }
}
