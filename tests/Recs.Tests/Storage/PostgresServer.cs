using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using DotNet.Testcontainers.Builders;

using Npgsql;

using Testcontainers.PostgreSql;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>
/// A PostgreSQL server for tests: in a container when a Docker engine answers, else from the binaries of the system, in a
/// temporary folder and on a free port. Without both, starting fails and says what to install.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    const string Image = "postgres:17-alpine";
    const string Password = "not-a-secret-6b1f";
    const string SystemUser = "postgres";

    // The shell ends the server and removes the folder when its input ends: also when the tests are killed.
    const string Script =
        """
        bin=$1 folder=$2 port=$3
        start() {
            "$bin/postgres" -D data -c listen_addresses=127.0.0.1 -c "port=$port" -c "unix_socket_directories=$folder" \
                >> log 2>&1 < /dev/null &
            server=$!
            until "$bin/pg_isready" --quiet --host=127.0.0.1 "--port=$port"; do
                kill -0 "$server" || return 1
                sleep 0.1
            done
        }
        stop() {
            kill -QUIT "$server"
            wait "$server"
        }
        mkdir -m 700 "$folder" && cd "$folder" && printf %s "$4" > password && "$bin/initdb" --pgdata=data \
            --username=postgres --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync > log 2>&1 \
            && start || { cat log >&2; rm -rf "$folder"; exit 1; }
        echo started
        while read -r command; do
            if [ "$command" = stop ]; then stop; else start; fi
            echo "$command"
        done
        stop
        cd / && rm -rf "$folder"
        """;

    PostgreSqlContainer? _container;
    Process? _shell;
    string _connectionString = "";
    int _databases;

    public async ValueTask InitializeAsync()
    {
        var port = FreePort();
        if (await TryStartContainerAsync(port))
        {
            Console.WriteLine($"PostgreSQL for tests: container {Image} on port {port}.");
        }
        else
        {
            var binaries = FindBinaries() ?? throw new InvalidOperationException(
                "The PostgreSQL tests need a Docker engine or PostgreSQL 15 or later on this machine: "
                + "install one, as in `apt-get install postgresql` (no running server is needed).");
            await StartBinariesAsync(binaries, port);
            Console.WriteLine($"PostgreSQL for tests: {binaries} on port {port}.");
        }
    }

    /// <summary>A new, empty database.</summary>
    /// <returns>Its connection string.</returns>
    public string CreateDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"recs_{Interlocked.Increment(ref _databases)}");
        Execute(_connectionString, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(_connectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Removes a database, whoever is connected to it.</summary>
    public void DropDatabase(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        Execute(_connectionString, $"DROP DATABASE {name} WITH (FORCE)");
    }

    /// <summary>Runs a statement as the owner of the database.</summary>
    public static void Execute(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        connection.Open();
#pragma warning disable CA2100 // The statements are the tests' own.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Ends the server, as a crash would where it runs from binaries.</summary>
    public Task StopAsync() =>
        _container is not null ? _container.StopAsync() : CommandAsync("stop");

    /// <summary>Starts the server again, on the same port and with what was durable.</summary>
    public Task RestartAsync() =>
        _container is not null ? _container.StartAsync() : CommandAsync("start");

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }

        if (_shell is not null)
        {
            _shell.StandardInput.Close();
            await _shell.WaitForExitAsync();
            _shell.Dispose();
        }
    }

    async Task<bool> TryStartContainerAsync(int port)
    {
        try
        {
            // A fixed port, so that a server that was stopped is found again.
            _container = new PostgreSqlBuilder(Image).WithPassword(Password).WithPortBinding(port, 5432).Build();
        }
        catch (DockerUnavailableException)
        {
            return false;
        }

        await _container.StartAsync();
        _connectionString = _container.GetConnectionString();
        return true;
    }

    async Task StartBinariesAsync(string binaries, int port)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"recs-postgres-{Environment.ProcessId}-{port}");
        string[] shell = ["sh", "-c", Script, "sh", binaries, folder, port.ToString(CultureInfo.InvariantCulture), Password];
        if (Environment.UserName == "root")
        {
            shell = ["runuser", "-u", SystemUser, "--", .. shell];
        }

        if (Locate("setsid") is { } setsid)
        {
            // Whatever kills the tests and their group must leave the shell alive to clean up.
            shell = [setsid, .. shell];
        }

        _shell = Process.Start(new ProcessStartInfo(shell[0], shell[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        if (await _shell.StandardOutput.ReadLineAsync() != "started")
        {
            throw new InvalidOperationException(
                $"PostgreSQL from {binaries} did not start: {await _shell.StandardError.ReadToEndAsync()}");
        }

        _connectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "postgres",
            Password = Password,
            Database = "postgres",
        }.ConnectionString;
    }

    async Task CommandAsync(string command)
    {
        await _shell!.StandardInput.WriteLineAsync(command);
        await _shell.StandardInput.FlushAsync();
        Assert.Equal(command, await _shell.StandardOutput.ReadLineAsync());
    }

    /// <summary>The folder of initdb and postgres: the newest version where Debian puts them, else wherever the path leads.</summary>
    static string? FindBinaries()
    {
        const string Versions = "/usr/lib/postgresql";
        var folders = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions)
                .OrderByDescending(folder =>
                    int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
                .ToList()
            : [];
        if (Locate("initdb") is { } found)
        {
            folders.Add(Path.GetDirectoryName(File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found)!);
        }

        return folders.Find(folder =>
            File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    static string? Locate(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
