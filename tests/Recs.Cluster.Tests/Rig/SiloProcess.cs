using System.Diagnostics;
using System.Net;

namespace Recs.Cluster.Tests.Rig;

/// <summary>A real silo in a process of its own, so that a test can kill it as a machine's failure would.</summary>
public sealed class SiloProcess : IAsyncDisposable
{
    // Where to keep what the silos say, for the person who looks for a fault.
    static readonly string? Logs = Environment.GetEnvironmentVariable("RECS_LOGS");

    static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly Queue<string> _output = new();
    bool _isDisposed;

    SiloProcess(Process process, Uri address)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>A client of the silo's address.</summary>
    public HttpClient Http { get; }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>The last lines the silo wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts a silo on free loopback ports, on a data folder, and waits until it answers ready.</summary>
    public static Task<SiloProcess> Start(string storage, params string[] arguments) =>
        Launch([$"--Recs:Storage:Path={storage}", .. arguments]);

    /// <summary>As <see cref="Start(string, string[])"/>, with another patience.</summary>
    public static Task<SiloProcess> Start(TimeSpan readyWithin, string storage, params string[] arguments) =>
        Launch([$"--Recs:Storage:Path={storage}", .. arguments], readyWithin);

    /// <summary>Starts a silo of a cluster on a database, and waits until it answers ready.</summary>
    public static Task<SiloProcess> Join(string database, string clusterId, params string[] arguments) => Launch(
    [
        "--Recs:Storage:Provider=postgres", $"--Recs:Storage:ConnectionString={database}", "--Recs:Clustering:Provider=postgres",
        "--Recs:Clustering:AdvertisedAddress=127.0.0.1", $"--Recs:Clustering:ClusterId={clusterId}", .. arguments,
    ]);

    static async Task<SiloProcess> Launch(string[] arguments, TimeSpan? readyWithin = null)
    {
        var (http, silo) = (FreePort.Take(), FreePort.Take());
        var address = new Uri($"http://127.0.0.1:{http}");
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        // A silo of a test lives for seconds: it spends them on serving and not on optimising itself for days.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        string[] all =
        [
            Path.Combine(AppContext.BaseDirectory, "Recs.Silo.dll"), "--urls", address.ToString(),
            $"--Recs:Clustering:SiloPort={silo}", .. arguments,
        ];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("The silo did not start.");
        var started = new SiloProcess(process, address);
        process.OutputDataReceived += (_, line) => started.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => started.Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await started.UntilReady(readyWithin ?? ReadyWithin);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process as SIGKILL does: nothing is flushed, nothing is said.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Whether the process has ended, by itself or otherwise.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Stops the process where it is (SIGSTOP), as a frozen machine does.</summary>
    public Task Freeze() => Signal("STOP");

    /// <summary>Lets it go on (SIGCONT), without its knowing that it stood still.</summary>
    public Task Thaw() => Signal("CONT");

    /// <summary>Asks the process to stop (SIGTERM) and waits for it.</summary>
    public async Task Stop()
    {
        await Signal("TERM");

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(patience.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            await Kill();
        }

        Http.Dispose();
        _process.Dispose();
    }

    async Task UntilReady(TimeSpan within)
    {
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < within)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The silo ended with code {_process.ExitCode}:\n{Output}");
            }

            try
            {
                using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"The silo was not ready within {within}:\n{Output}");
    }

    async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            if (Logs is not null)
            {
                File.AppendAllText(Path.Combine(Logs, $"silo-{_process.Id}.log"), line + "\n");
            }

            _output.Enqueue(line);
            if (_output.Count > 200)
            {
                _output.Dequeue();
            }
        }
    }
}
