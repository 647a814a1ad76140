using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Recs.Tests.Storage;

/// <summary>
/// A PostgreSQL server of a test's own: in a container where a Docker engine answers, else the system's binaries on a free
/// loopback port, in a temporary folder, not as root.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string User = "postgres";

    readonly string _binaries;
    readonly string _folder;
    readonly int _port;
    int _databases;

    PostgresServer(string binaries, string folder, int port) => (_binaries, _folder, _port) = (binaries, folder, port);

    /// <summary>Which server it is, for the person who reads the test's output.</summary>
    public string Description => $"PostgreSQL of {_binaries} on port {_port}";

    /// <summary>Makes a server and waits until it answers.</summary>
    public static async Task<PostgresServer> Start()
    {
        var binaries = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(folder => $"{folder}/bin").LastOrDefault(Directory.Exists)
            : null;
        if (binaries is null)
        {
            throw new InvalidOperationException("There is no PostgreSQL: install it (Debian: apt-get install postgresql) or start a Docker engine.");
        }

        var folder = Directory.CreateTempSubdirectory("recs-pg-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await Run("chown", User, folder);
        }

        var server = new PostgresServer(binaries, folder, FreePort());
        await server.RunAsUser("initdb", "-D", $"{folder}/data", "-A", "trust", "-U", User, "--no-sync", "-E", "UTF8", "--locale=C");
        await server.StartAgain();
        return server;
    }

    /// <summary>The connection string of a database that nobody used before.</summary>
    public async Task<string> NewDatabase()
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await RunAsUser("createdb", "-h", "127.0.0.1", "-p", $"{_port}", "-U", User, name);
        return $"Host=127.0.0.1;Port={_port};Username={User};Database={name};Maximum Pool Size=20";
    }

    /// <summary>Stops as a power cut would: nothing is written back.</summary>
    public Task StopAtOnce() => RunAsUser("pg_ctl", "-D", $"{_folder}/data", "-m", "immediate", "-w", "stop");

    /// <summary>Starts the server that was stopped.</summary>
    public Task StartAgain() => RunAsUser(
        "pg_ctl", "-D", $"{_folder}/data", "-l", $"{_folder}/log", "-w", "-t", "60", "-o",
        $"-c listen_addresses=127.0.0.1 -c port={_port} -c unix_socket_directories={_folder} -c max_connections=200", "start");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAtOnce();
        }
        catch (InvalidOperationException)
        {
            // It was stopped.
        }

        Directory.Delete(_folder, recursive: true);
    }

    Task RunAsUser(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? Run("runuser", ["-u", User, "--", $"{_binaries}/{program}", .. arguments])
        : Run($"{_binaries}/{program}", arguments);

    static async Task Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        // A server that goes on holds the pipes open: what it says is read until it has started, not until they end.
        var error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
