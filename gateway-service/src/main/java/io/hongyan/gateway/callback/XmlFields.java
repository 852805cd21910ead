package io.hongyan.gateway.callback;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads WeChat's XML, {@code <xml><MsgType>text</MsgType>…</xml>}, in one pass. A document type is
 * refused where it begins, so that no entity of its own is ever declared, expanded or fetched
 * (wechat-api 6.3, XXE).
 */
final class XmlFields {

  private static final int MAX_DEPTH = 16;
  private static final int MAX_ELEMENTS = 2_000;
  // In any case the JDK's own: another parser on the class path may have other limits.
  private static final XMLInputFactory FACTORY = factory();

  private final XMLStreamReader reader;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder();
  private int depth;
  private int elements;
  // Whether the field that is being read has had elements in it.
  private boolean nested;

  private XmlFields(XMLStreamReader reader) {
    this.reader = reader;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing is fetched");
        });
    return factory;
  }

  /**
   * @throws RefusedException if it is not such XML
   */
  static Map<String, String> read(String xml) throws RefusedException {
    try {
      XMLStreamReader reader = FACTORY.createXMLStreamReader(new StringReader(xml));
      try {
        return new XmlFields(reader).read();
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      throw unreadable("not well-formed");
    }
  }

  private Map<String, String> read() throws XMLStreamException, RefusedException {
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> start();
        case XMLStreamConstants.END_ELEMENT -> end();
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> characters();
        case XMLStreamConstants.DTD -> throw unreadable("a document type");
        case XMLStreamConstants.ENTITY_REFERENCE -> throw unreadable("an unknown entity");
        default -> {
          // Comments, blanks and the like say nothing.
        }
      }
    }
    return values;
  }

  private void start() throws RefusedException {
    depth++;
    elements++;
    if (depth > MAX_DEPTH || elements > MAX_ELEMENTS) {
      throw unreadable("too much in it");
    }
    if (depth == 1 && !Objects.equals(reader.getLocalName(), "xml")) {
      throw unreadable("another kind of document");
    }
    text.setLength(0);
    nested = depth > 2;
  }

  private void characters() {
    if (depth == 2) {
      text.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
    }
  }

  private void end() {
    if (depth == 2 && !nested) {
      values.putIfAbsent(reader.getLocalName(), text.toString());
    }
    depth--;
  }

  private static RefusedException unreadable(String message) {
    return new RefusedException(Refusal.UNREADABLE, message);
  }
}
