package io.hongyan.sender;

import java.sql.SQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Says in two lines why the sender did not start when its database is the reason; Spring Boot finds
 * it through {@code META-INF/spring.factories}.
 */
class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

  private final Environment environment;

  DatabaseFailureAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
    return new FailureAnalysis(
        "The database at %s (user %s) cannot be used: %s"
            .formatted(
                withoutParameters(environment.getProperty("spring.datasource.url", "")),
                environment.getProperty("spring.datasource.username", ""),
                cause.getMessage()),
        "Start PostgreSQL, or set HONGYAN_DATABASE_URL, HONGYAN_DATABASE_USER and HONGYAN_DATABASE_PASSWORD to one that runs.",
        rootFailure);
  }

  // Parameters of a JDBC address may hold a password.
  private static String withoutParameters(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }
}
