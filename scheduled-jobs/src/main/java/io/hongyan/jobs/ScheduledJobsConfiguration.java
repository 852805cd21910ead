package io.hongyan.jobs;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Runs the application's {@link ScheduledJob} beans; it gives the data source and the clock. */
@AutoConfiguration
@EnableConfigurationProperties(JobProperties.class)
class ScheduledJobsConfiguration {

  private static final String ENABLED = "hongyan.jobs.enabled";

  @Bean
  InstanceName instanceName(Environment environment) {
    return InstanceName.of(environment.getProperty("spring.application.name", "application"));
  }

  @Bean
  @ConditionalOnBooleanProperty(name = ENABLED, matchIfMissing = true)
  JobLocks jobLocks(DataSource dataSource, InstanceName instance, JobProperties properties) {
    return new JobLocks(dataSource, instance.text(), properties.lockAtMost());
  }

  @Bean
  @ConditionalOnBooleanProperty(name = ENABLED, matchIfMissing = true)
  ScheduledJobs scheduledJobs(
      ObjectProvider<ScheduledJob> jobs,
      JobLocks locks,
      DataSource dataSource,
      InstanceName instance,
      JobProperties properties,
      Clock clock) {
    return new ScheduledJobs(
        jobs.orderedStream().toList(),
        locks,
        new JobRuns(dataSource, instance.text(), clock),
        properties.poll(),
        clock);
  }
}
