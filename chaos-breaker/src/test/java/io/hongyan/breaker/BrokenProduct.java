package io.hongyan.breaker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A service's own classes as they were just compiled, loaded with one break in them. What they need
 * comes from the tests' class path.
 */
final class BrokenProduct extends URLClassLoader {

  private final Weaver weaver;

  BrokenProduct(String module, Break wanted) {
    super(new URL[] {classesOf(module)}, BrokenProduct.class.getClassLoader());
    this.weaver = new Weaver(wanted);
  }

  private static URL classesOf(String module) {
    Path classes = Path.of("..", module, "target", "classes").toAbsolutePath().normalize();
    if (!Files.isDirectory(classes)) {
      throw new IllegalStateException("%s is not compiled: no %s".formatted(module, classes));
    }
    try {
      return classes.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/');
    try (InputStream file = getResourceAsStream(path + ".class")) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] original = file.readAllBytes();
      byte @Nullable [] changed = weaver.transform(this, path, null, null, original);
      byte[] bytes = changed == null ? original : changed;
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** An instance, by the class's only constructor. */
  Object make(String className, @Nullable Object... arguments) throws ReflectiveOperationException {
    Constructor<?>[] constructors = loadClass(className).getDeclaredConstructors();
    if (constructors.length != 1) {
      throw new IllegalStateException(
          className + " has several constructors: " + Arrays.toString(constructors));
    }
    constructors[0].setAccessible(true);
    return constructors[0].newInstance(arguments);
  }

  /** Calls the object's only method of that name and number of parameters, public or not. */
  static Object call(Object target, String name, Object... arguments)
      throws ReflectiveOperationException {
    Method method =
        Arrays.stream(target.getClass().getDeclaredMethods())
            .filter(candidate -> candidate.getName().equals(name))
            .filter(candidate -> candidate.getParameterCount() == arguments.length)
            .findFirst()
            .orElseThrow(() -> new NoSuchMethodException(target.getClass().getName() + "." + name));
    method.setAccessible(true);
    return method.invoke(target, arguments);
  }
}
