using System.ComponentModel.DataAnnotations;

using Microsoft.AspNetCore.Connections;

using Recs.Grains.Hosting;
using Recs.Silo.Door;
using Recs.Silo.Endpoints;
using Recs.Silo.Hosting;
using Recs.Silo.Options;
using Recs.Storage;

using Serilog;
using Serilog.Formatting.Compact;

if (Usage.IsAsked(args))
{
    System.Console.WriteLine(Usage.Text);
    return 0;
}

OutOfMemory.EndsTheProcess();
try
{
    // A word of its own: left in place, it would take the next argument for its value.
    string[] settings = [.. args.Where(argument => argument != "--demo")];
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
    var options = OptionsDoor.Read(builder.Configuration);
    DoorExtensions.CheckAddresses(builder.Configuration, options.Auth);
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.Limits.ConnectionsMax;
        kestrel.ConfigureEndpointDefaults(static endpoint =>
        {
            endpoint.Use(OpenConnection.Use(
                endpoint.ApplicationServices.GetRequiredService<StoppedBodies>(), endpoint.ApplicationServices.GetRequiredService<QueueDelay>()));
            endpoint.Use(NullEscapes.Use);
        });
        kestrel.Limits.MaxRequestBodySize = options.Limits.BodyBytesMax + 1L;
    });
    builder.Host.UseSerilog((context, logging) =>
    {
        logging.ReadFrom.Configuration(context.Configuration).MinimumLevel.Override("Orleans", Serilog.Events.LogEventLevel.Warning)
            .MinimumLevel.Override("Polly", Serilog.Events.LogEventLevel.Error)
            .MinimumLevel.Override("Microsoft.AspNetCore", Serilog.Events.LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", Serilog.Events.LogEventLevel.Fatal)
            .Filter.With(new RepeatedLogs(TimeProvider.System));
        _ = System.Console.IsOutputRedirected && context.HostingEnvironment.IsProduction()
            ? logging.WriteTo.Console(new CompactJsonFormatter())
            : logging.WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture);
    });

    await using var store = await SiloStore.Open(options, CancellationToken.None);
    var tokens = await TokenKeyring.Open(store.Secrets, SiloServices.TokenKeys(options), TimeProvider.System, CancellationToken.None);
    builder.AddRecs(options, store, tokens);
    builder.AddRecsHosts(options);
    if (settings.Length < args.Length)
    {
        await DemoServices.CheckStore(store, options);
        builder.AddDemo(options);
    }

    await using var app = builder.Build();
    app.UseDoor();
    Routes.Map(app);
    Usage.SayWhereItIs(app);
    await app.RunAsync();
    return 0;
}
catch (Exception refused) when (refused is OptionsRefusedException or StorageRefusedException or ValidationException
    or IOException { InnerException: AddressInUseException })
{
    await System.Console.Error.WriteLineAsync(refused.Message);
    return 2;
}
#pragma warning disable CA1031 // A start that fails says why in one line; the stack would say where our code is.
catch (Exception failed)
#pragma warning restore CA1031
{
    await System.Console.Error.WriteLineAsync($"The silo cannot start: {failed.GetBaseException().Message.ReplaceLineEndings(" ")}");
    return 1;
}
