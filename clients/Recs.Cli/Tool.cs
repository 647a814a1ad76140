using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;

using Recs.Cli.Bench;
using Recs.Cli.Evaluate;
using Recs.Cli.Import;
using Recs.Cli.Output;
using Recs.Cli.ReplayLog;
using Recs.Cli.Simulate;
using Recs.Client;
using Recs.Trainer;

namespace Recs.Cli;

/// <summary>The tool <c>recs</c>: its commands, and how a fault becomes one line and an exit code.</summary>
static class Tool
{
    /// <summary>What follows it are the trainer's own commands and options.</summary>
    const string TrainerCommand = "trainer";

    /// <summary>Runs one command line to its end.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(string[] args, ToolContext context, CancellationToken cancel = default) =>
        args is [TrainerCommand, .. var trainer]
            ? TrainerTool.RunAsync(trainer, TrainerContext.OfProcess(), cancel)
            : RunOwnAsync(args, context, cancel);

    static async Task<int> RunOwnAsync(string[] args, ToolContext context, CancellationToken cancel)
    {
        var parsed = Root(context).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            context.Terminal.Fault($"{Reason(parsed)} (see 'recs --help')");
            return ExitCode.BadInput;
        }

        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = context.Terminal.Output,
            Error = context.Terminal.Error,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancel);
        }
        catch (BadInputException fault)
        {
            context.Terminal.Fault(fault.Message);
            return ExitCode.BadInput;
        }
        catch (RunFailedException fault)
        {
            context.Terminal.Fault(fault.Message);
            return ExitCode.Failure;
        }
        catch (RecsException fault)
        {
            context.Terminal.Fault($"{Address(parsed)}: the server answered {fault.Message}");
            return fault.Status is >= 400 and < 500 and not 429 ? ExitCode.BadInput : ExitCode.Failure;
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException or SocketException)
        {
            context.Terminal.Fault($"{Address(parsed)}: cannot reach the server: {fault.Message}");
            return ExitCode.BadInput;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            context.Terminal.Fault(fault.Message);
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException fault) when (fault.InnerException is TimeoutException)
        {
            context.Terminal.Fault($"{Address(parsed)}: the server did not answer in time");
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            context.Terminal.Fault("stopped");
            return ExitCode.Stopped;
        }
#pragma warning disable CA1031 // A stack tells a user nothing.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            context.Terminal.Fault($"a fault of this program: {fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failure;
        }
    }

    static RootCommand Root(ToolContext context) => new("Recs, a recommender that learns while it serves: load it, play it, measure it.")
    {
        ImportCommand.Create(context),
        SimulateCommand.Create(context),
        EvaluateCommand.Create(),
        BenchCommand.Create(context),
        ReplayLogCommand.Create(context),
        new Command(TrainerCommand, "Train, judge, promote, export: the offline job on a store; see 'recs trainer --help'."),
    };

    // A word that means nothing is the better explanation of whatever else is missing.
    static string Reason(ParseResult parsed) => parsed switch
    {
        { UnmatchedTokens: [var word, ..] } => $"'{word}' is not a command, an option or an argument here",
        { Errors: [var first, ..] } => first.Message.TrimEnd('.'),
        _ => "the command line cannot be understood",
    };

    static Uri Address(ParseResult parsed) => parsed.GetValue(ServerOptions.Url) ?? new Uri("http://localhost:8080/");
}
