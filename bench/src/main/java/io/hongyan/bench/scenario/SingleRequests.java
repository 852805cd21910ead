package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.load.Recipients;
import io.hongyan.bench.report.Figures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** A thousand callers at once, each with one message a request, one after the other. */
final class SingleRequests implements Scenario {

  private static final int CALLERS = 1_000;
  private static final int REQUESTS = 20_000;
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "single-requests";
  }

  @Override
  public List<String> measure(Bed bed) throws InterruptedException {
    bed.accounts().put("single", Bed.MANY_IN_FLIGHT);
    OkHttpClient http =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(CALLERS, 5, TimeUnit.MINUTES))
            .readTimeout(PATIENCE)
            .callTimeout(PATIENCE)
            .build();
    callAll(bed, http, REQUESTS);
    bed.awaitAccepted(REQUESTS, LIMIT);
    List<Run> answered = new ArrayList<>();
    List<Double> sent = new ArrayList<>();
    List<Double> p50 = new ArrayList<>();
    List<Double> p99 = new ArrayList<>();
    for (int round = 1; round <= bed.rounds(); round++) {
      Stopwatch watch = Stopwatch.start(bed.stack().parts());
      List<Double> millis = callAll(bed, http, REQUESTS);
      answered.add(watch.stop(REQUESTS));
      bed.awaitAccepted(REQUESTS, LIMIT);
      sent.add(REQUESTS / watch.seconds());
      Figures latencies = new Figures(millis);
      p50.add(latencies.median());
      p99.add(latencies.percentile(99));
      System.out.printf(
          "  round %d: %s requests/s, p99 %s ms, %s messages/s to WeChat%n",
          round,
          text(answered.getLast().perSecond(), 0),
          text(p99.getLast(), 0),
          text(sent.getLast(), 0));
    }
    http.connectionPool().evictAll();
    return List.of(
        "| %s callers, one message a request | median (spread) |".formatted(text(CALLERS, 0)),
        "|---|---:|",
        "| requests/s, each a batch that is durable at its 202 | %s |"
            .formatted(Figures.of(answered, Run::perSecond).toCell(0)),
        "| messages/s from the first POST to the last at WeChat | %s |"
            .formatted(new Figures(sent).toCell(0)),
        "| answer, p50, ms | %s |".formatted(new Figures(p50).toCell(0)),
        "| answer, p99, ms | %s |".formatted(new Figures(p99).toCell(0)),
        "| CPU µs a request, gateway | %s |"
            .formatted(Figures.of(answered, run -> run.micros("gateway")).toCell(0)));
  }

  /** Milliseconds of every request, from all callers. */
  private static List<Double> callAll(Bed bed, OkHttpClient http, int requests)
      throws InterruptedException {
    bed.wechat().reset(Bed.NO_LATENCY);
    AtomicInteger next = new AtomicInteger();
    List<Double> millis = new ArrayList<>(requests);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Double>>> all = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        all.add(callers.submit(() -> call(bed, http, next, requests)));
      }
      for (Future<List<Double>> one : all) {
        millis.addAll(one.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a request was not answered 202", e.getCause());
    }
    return millis;
  }

  private static List<Double> call(Bed bed, OkHttpClient http, AtomicInteger next, int requests)
      throws IOException {
    List<Double> millis = new ArrayList<>();
    for (int number = next.incrementAndGet(); number <= requests; number = next.incrementAndGet()) {
      Request request =
          new Request.Builder()
              .url(bed.stack().gateway() + "/v1/batches")
              .header("Authorization", "Bearer " + bed.stack().adminKey())
              .post(RequestBody.create(Recipients.single("single", number, false), JSON))
              .build();
      long begun = System.nanoTime();
      try (Response response = http.newCall(request).execute()) {
        if (response.code() != 202) {
          throw new IOException(response.code() + " " + response.body().string());
        }
        response.body().bytes();
      }
      millis.add((System.nanoTime() - begun) / 1e6);
    }
    return millis;
  }
}
