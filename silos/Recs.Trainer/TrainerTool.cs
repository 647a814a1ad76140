using System.CommandLine;
using System.CommandLine.Invocation;
using System.ComponentModel.DataAnnotations;

namespace Recs.Trainer;

/// <summary>The offline job: its commands, and how a fault becomes one line and an exit code.</summary>
public static class TrainerTool
{
    /// <summary>Runs one command line to its end.</summary>
    /// <returns>0 on success, 3 when a gate refuses the model, 2 for arguments or stored data that cannot be used, 1 when the work failed, 130 when stopped.</returns>
    public static async Task<int> RunAsync(string[] args, TrainerContext context, CancellationToken cancel = default)
    {
        var parsed = Root(context).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            await context.Error.WriteLineAsync($"{Reason(parsed)} (see --help)");
            return ExitCode.BadInput;
        }

        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = context.Output,
            Error = context.Error,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancel);
        }
        catch (Exception fault) when (fault is BadInputException or InvalidDataException or ValidationException
            or Storage.StorageRefusedException)
        {
            await context.Error.WriteLineAsync(OneLine(fault));
            return ExitCode.BadInput;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException
            or InvalidOperationException)
        {
            await context.Error.WriteLineAsync(OneLine(fault));
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            await context.Error.WriteLineAsync("stopped");
            return ExitCode.Stopped;
        }
    }

    static RootCommand Root(TrainerContext context) => new("Recs trainer: makes models from what is stored, judges them, says which one is served, and drops old rows of the log.")
    {
        RetrainCommand.Create(context),
        EvaluateCommand.Create(context),
        PromoteCommand.Create(context),
        RollbackCommand.Create(context),
        RetainCommand.Create(context),
        ExportCommand.Create(context),
        ListCommand.Create(context),
        ReportCommand.Create(context),
    };

    static string Reason(ParseResult parsed) =>
        parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is not known here"
        : parsed.Errors is [var first, ..] ? first.Message.TrimEnd('.')
        : "the command line cannot be understood";

    static string OneLine(Exception fault) => fault.Message.ReplaceLineEndings(" ");
}
