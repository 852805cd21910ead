package io.hongyan.breaker;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.implementation.MethodDelegation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/** Puts one {@link Break} into its class while the Java virtual machine loads it. */
final class Weaver implements ClassFileTransformer {

  private final Break wanted;
  private final CountDownLatch woven = new CountDownLatch(1);

  Weaver(Break wanted) {
    this.wanted = wanted;
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      String className,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] classFile) {
    if (!wanted.className().replace('.', '/').equals(className)) {
      return null;
    }
    try {
      byte[] changed = weave(loader, classFile);
      BreakerAgent.say("breaker armed %s in %s".formatted(wanted.name(), wanted.target()));
      woven.countDown();
      return changed;
    } catch (RuntimeException | LinkageError e) {
      // The virtual machine would swallow it and load the class unchanged.
      throw BreakerAgent.end("%s cannot be broken".formatted(wanted.target()), e);
    }
  }

  /** Whether the class was loaded and changed in time. */
  boolean awaitWoven(Duration limit) throws InterruptedException {
    return woven.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The class with the break in it.
   *
   * @throws IllegalStateException if the class has no such method, or several
   */
  byte[] weave(@Nullable ClassLoader loader, byte[] classFile) {
    ClassFileLocator classFiles =
        new ClassFileLocator.Compound(
            ClassFileLocator.Simple.of(wanted.className(), classFile),
            ClassFileLocator.ForClassLoader.of(loader));
    TypeDescription type = TypePool.Default.of(classFiles).describe(wanted.className()).resolve();
    ElementMatcher<MethodDescription> method =
        named(wanted.method()).and(takesArguments(wanted.parameters()));
    int found = type.getDeclaredMethods().filter(method).size();
    if (found != 1) {
      throw new IllegalStateException(
          "expected one method %s with %d parameters, found %d"
              .formatted(wanted.target(), wanted.parameters(), found));
    }
    return new ByteBuddy()
        .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
        .rebase(type, classFiles)
        .method(method)
        .intercept(
            MethodDelegation.withDefaultConfiguration()
                .filter(named(wanted.method()))
                .to(wanted.replacement()))
        .make()
        .getBytes();
  }
}
