using System.Diagnostics;

using Recs.Cli.Output;

namespace Recs.Cli.Bench;

/// <summary>The bare endpoint, running as a child process until disposed.</summary>
sealed class BareProcess : IAsyncDisposable
{
    static readonly TimeSpan ExitWait = TimeSpan.FromSeconds(5);

    readonly Process _process;
    readonly string _file;

    BareProcess(Process process, string file, Uri url) => (_process, _file, Url) = (process, file, url);

    /// <summary>Where it answers.</summary>
    public Uri Url { get; }

    /// <summary>Starts it.</summary>
    /// <param name="answer">What it returns.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="RunFailedException">It did not come up.</exception>
    public static async Task<BareProcess> StartAsync(byte[] answer, CancellationToken cancel)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, answer, cancel);
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) is "dotnet")
        {
            start.ArgumentList.Add(typeof(BareProcess).Assembly.Location);
        }

        string[] arguments = ["bench", BareEndpoint.Name, "--port", "0", "--bytes", file];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new RunFailedException("the bare endpoint could not be started");
        var line = await process.StandardOutput.ReadLineAsync(cancel);
        if (Uri.TryCreate(line, UriKind.Absolute, out var url))
        {
            return new BareProcess(process, file, url);
        }

        process.Kill();
        process.Dispose();
        File.Delete(file);
        throw new RunFailedException("the bare endpoint did not come up");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(ExitWait);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
        File.Delete(_file);
    }
}
